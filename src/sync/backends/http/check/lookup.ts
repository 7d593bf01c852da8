import type { FoundMatch, MatchRequest } from '../../../../../generated/backend.js';
import { hashRequests } from '../name-hashes.js';
import type { TestAccount, TestGroup } from './lines.js';
import type { CheckSession } from './session.js';

/** By what the backend is asked. */
export type LookUpBy = 'hashes' | 'names';

/** The body that asks which accounts or groups have this SCIM id or name. */
export function question(
  session: CheckSession,
  by: LookUpBy,
  { scimId, content }: TestAccount | TestGroup,
  tenantId = session.tenantId,
): MatchRequest {
  const isAccount = 'userName' in content;
  const name = isAccount ? content.userName : content.displayName;
  if (by === 'names') {
    const item = isAccount
      ? ({ subject: 'account', scimId, userName: name, hints: {} } as const)
      : ({ subject: 'group', scimId, displayName: name, hints: {} } as const);
    return { tenantId, items: [item] };
  }
  const type = isAccount ? 'User' : 'Group';
  const of = { type, scimId, content: { name, active: true, attributes: {} } } as const;
  return hashRequests(session.backend.secret)(tenantId, [of]);
}

/** What the backend has with this SCIM id or name; undefined where that cannot be asked, or the answer cannot be read. */
export async function matchesOf(
  session: CheckSession,
  one: TestAccount | TestGroup,
  by: LookUpBy = session.capabilities.nameHashes === true ? 'hashes' : 'names',
  tenantId = session.tenantId,
): Promise<readonly FoundMatch[] | undefined> {
  if (!session.canMatch) return undefined;
  const answer = await session.match(question(session, by, one, tenantId));
  if (answer === undefined) return undefined;
  return answer.items.find(({ scimId }) => scimId === one.scimId)?.matches ?? [];
}

/** Whether the backend has an account or group under this SCIM id; undefined where that cannot be told. */
export async function has(
  session: CheckSession,
  one: TestAccount | TestGroup,
  tenantId = session.tenantId,
): Promise<boolean | undefined> {
  const matches = await matchesOf(session, one, undefined, tenantId);
  return matches?.some(({ by }) => by === 'scimId');
}
