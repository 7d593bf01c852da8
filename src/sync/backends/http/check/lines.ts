import type { AccountContent, GroupContent, ResourceOp } from '../../../../../generated/backend.js';
import type { CheckLine, CheckSession } from './session.js';

/** A user of the check. */
export interface TestAccount {
  readonly scimId: string;
  readonly content: AccountContent;
}

/** A group of the check. */
export interface TestGroup {
  readonly scimId: string;
  readonly content: GroupContent;
}

/** A new user whose userName nobody has. */
export function newAccount(session: CheckSession, given: Partial<AccountContent> = {}, tenantId?: string): TestAccount {
  const scimId = session.newId('account', tenantId);
  const attributes = { displayName: `Check ${scimId.slice(-4)}`, jobTitle: 'Checker' };
  return { scimId, content: { userName: `${scimId}@check.invalid`, active: true, attributes, ...given } };
}

/** A new group whose displayName nobody has. */
export function newGroup(session: CheckSession): TestGroup {
  const scimId = session.newId('group');
  return { scimId, content: { displayName: `Group ${scimId}`, attributes: {} } };
}

/** A user with other content. */
export const withContent = ({ scimId, content }: TestAccount, given: Partial<AccountContent>): TestAccount => ({
  scimId,
  content: { ...content, ...given },
});

/** The line that does something to an account. */
export function accountLine(
  op: Exclude<ResourceOp, 'delete'>,
  { scimId, content }: TestAccount,
  accountId?: string,
): CheckLine {
  const changes = [{ attribute: 'userName', before: null, after: content.userName }];
  return { subject: 'account', op, scimId, content, changes, ...(accountId === undefined ? {} : { accountId }) };
}

/** The line that does something to a group. */
export function groupLine(op: Exclude<ResourceOp, 'delete'>, { scimId, content }: TestGroup): CheckLine {
  const changes = [{ attribute: 'displayName', before: null, after: content.displayName }];
  return { subject: 'group', op, scimId, content, changes };
}

/** The line that deletes an account or a group. */
export const deleteLine = (subject: 'account' | 'group', scimId: string): CheckLine => ({
  subject,
  op: 'delete',
  scimId,
  changes: [],
});

/** The line that adds a member to a group, or removes one. */
export const memberLine = (op: 'add' | 'remove', groupScimId: string, memberScimId: string): CheckLine => ({
  subject: 'membership',
  op,
  groupScimId,
  memberScimId,
});
