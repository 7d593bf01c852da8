import { mismatch, silence } from '../activity/signs.js';
import type { Tenant } from '../model/tenant.js';
import type { Storage } from '../storage/storage.js';
import { finding, type Finding } from './finding.js';

/** Causes 9, 16 and 17: what the database knows of a company. */
export async function readLog(
  storage: Pick<Storage, 'activity'>,
  tenant: Pick<Tenant, 'id' | 'enabled' | 'lastModified'>,
  now: Date,
): Promise<readonly Finding[]> {
  const [silent, mismatched] = await Promise.all([silence(storage, tenant.id, now), mismatch(storage, tenant.id)]);
  return [
    ...(tenant.enabled ? [] : [finding('disabled', `This company is disabled since ${clock(tenant.lastModified)}.`)]),
    ...(silent === undefined
      ? []
      : [
          finding(
            'silence',
            `Entra last called in the hour of ${clock(silent.since)}: stopped, or in quarantine? See its Overview page.`,
          ),
        ]),
    ...(mismatched === undefined
      ? []
      : [
          finding(
            'matching',
            'The matching attribute is not the one that must be unique: ' +
              `at ${clock(mismatched.at)}, Entra found nobody by it, and its create was refused since the userName is taken.`,
          ),
        ]),
  ];
}

const clock = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;
