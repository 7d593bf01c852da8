/** The kinds of alerts about a tenant, the worst first. */
export const ALERT_KINDS = ['silent', 'refusals', 'token-expires'] as const;

/** `silent`: it has stopped calling; `refusals`: much of what it asks is refused; `token-expires`: what it signs in with. */
export type AlertKind = (typeof ALERT_KINDS)[number];

/** How far an alert is: the days that a token has left are told one by one. */
export type AlertStage = 'open' | '30' | '14' | '3' | 'ended';

/** What is the matter with a tenant. */
export interface AlertFinding {
  readonly kind: AlertKind;
  /** The id of the token or the credential; empty for the kinds of which a tenant has one alert at most. */
  readonly subject: string;
  readonly stage: Exclude<AlertStage, 'ended'>;
  /** For people, in full; without names of people, labels and tokens. */
  readonly sentence: string;
  /** A dateTime. */
  readonly since: string;
}

/** An alert as it is stored. All times are dateTimes in fixed-width UTC. */
export interface Alert extends Omit<AlertFinding, 'stage'> {
  readonly tenantId: string;
  /** A UUIDv7. */
  readonly id: string;
  readonly stage: AlertStage;
  readonly opened: string;
  readonly ended: string | undefined;
  /** The stage that the webhook has taken last, and when. */
  readonly told: AlertStage | undefined;
  readonly toldAt: string | undefined;
  /** When the stage is told next; undefined where the webhook knows it, or it was given up. */
  readonly due: string | undefined;
  /** Attempts to tell the stage. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly failure: string | undefined;
}
