import type { AlertMessage } from '../../generated/admin.js';
import type { NamedAlert } from '../storage/alerts/alert-store.js';
import { daysLeftOf } from './json.js';

/** A message to the webhook; its form is `AlertMessage` in openapi/admin.yaml. */
export interface WebhookMessage {
  /** The `webhook-id`: the same for every attempt, in whatever process. */
  readonly id: string;
  readonly body: AlertMessage;
}

/** What the webhook is told of an alert as it is. @param publicUrl the server's origin, without a slash at its end */
export function messageOf(alert: NamedAlert, publicUrl: string): WebhookMessage {
  const { id, tenantId, tenantName, kind, sentence, since, opened, ended, stage, told } = alert;
  const isFirst = told === undefined;
  return {
    id: `alert_${id}_${stage}`,
    body: {
      type: stage === 'ended' ? 'alert.ended' : isFirst ? 'alert.opened' : 'alert.reminder',
      data: {
        ...{ alertId: id, tenantId, tenantName, kind, sentence, since, opened, ended: ended ?? null },
        ...{ daysLeft: daysLeftOf(alert), consoleUrl: `${publicUrl}/admin/tenants/${tenantId}` },
      },
    },
  };
}

/** A message that says only that the webhook works. */
export const testMessage = (id: string, publicUrl: string): WebhookMessage => ({
  id: `alert_test_${id}`,
  body: {
    type: 'alert.test',
    data: {
      sentence: 'This message tests the alerts of FlexWhere SCIM. Nothing is the matter.',
      consoleUrl: `${publicUrl}/admin`,
    },
  },
});
