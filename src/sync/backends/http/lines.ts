import type {
  AccountLine,
  AccountQuestion,
  BatchRequest,
  GroupLine,
  GroupQuestion,
  MatchRequest,
  MembershipLine,
  ResourceOp,
} from '../../../../generated/backend.js';
import type { LineKind } from '../../../model/line.js';
import type { Batch, Delivery, MatchQuestion } from '../../backend.js';

type BackendLine = AccountLine | GroupLine | MembershipLine;

/** The body of POST /batches. */
export function batchRequest(batch: Omit<Batch, 'deliveries'>, deliveries: readonly Delivery[]): BatchRequest {
  const { tenantId, runId, atomic } = batch;
  return { tenantId, runId, atomic, lines: deliveries.map(backendLine) };
}

/** The body of POST /matches. */
export function matchRequest(tenantId: string, questions: readonly MatchQuestion[]): MatchRequest {
  return { tenantId, items: questions.map(backendQuestion) };
}

/** @throws Error for a line that is none to be delivered: a conflict, a held one, or one of a kind that its subject lacks */
function backendLine({ key, line }: Delivery): BackendLine {
  if (line.subject === 'membership') {
    const members = { groupScimId: line.resourceId, memberScimId: line.memberId ?? '' };
    return { key, subject: 'membership', op: membershipOp(line.kind), ...members };
  }
  const common = {
    key,
    op: resourceOp(line.kind),
    scimId: line.resourceId,
    ...(line.accountId === undefined ? {} : { accountId: line.accountId }),
    changes: [...line.changes],
  };
  if (line.after === undefined) return { ...common, subject: line.subject };
  const { name, active, attributes } = line.after;
  return line.subject === 'account'
    ? { ...common, subject: 'account', content: { userName: name, active, attributes } }
    : { ...common, subject: 'group', content: { displayName: name, attributes } };
}

function resourceOp(kind: LineKind): ResourceOp {
  switch (kind) {
    case 'create':
    case 'link':
    case 'update':
    case 'deactivate':
    case 'reactivate':
    case 'delete':
      return kind;
    case 'add':
    case 'remove':
    case 'conflict':
    case 'held':
      throw new Error(`a line of kind ${kind} cannot be delivered`);
  }
}

function membershipOp(kind: LineKind): MembershipLine['op'] {
  if (kind !== 'add' && kind !== 'remove') throw new Error(`a membership has no line of kind ${kind}`);
  return kind;
}

function backendQuestion({ type, scimId, content, externalId, email }: MatchQuestion): AccountQuestion | GroupQuestion {
  const hints = {
    ...(externalId === undefined ? {} : { externalId }),
    ...(email === undefined ? {} : { email }),
  };
  return type === 'User'
    ? { subject: 'account', scimId, userName: content.name, hints }
    : { subject: 'group', scimId, displayName: content.name, hints };
}
