import type { Hold } from '../../model/hold.js';
import type { MirrorItem } from '../../model/mirror.js';
import type { Plan } from '../../model/plan.js';
import { SUBJECT_OF } from '../../model/subject.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { conflict } from '../../protocol/scim-error.js';
import type { ListedResource } from '../backend.js';
import { joined } from './joined.js';
import { withHold } from '../plan/decide.js';
import { NOT_STAGED } from '../plan/holds.js';
import type { LineWriter } from '../plan/lines.js';
import { writePlan } from '../plan/make.js';
import { pagesOf } from '../plan/pairs.js';
import { AT_A_TIME, type Draft, type Planning, type PlanRequest } from '../plan/planning.js';
import { desireOf } from '../plan/resources.js';
import { repairOf, type Compared } from './repair.js';
import { repairMemberships } from './verify-memberships.js';

/**
 * Compares the mirror with what the backend has, and makes a plan that repairs what differs.
 * @throws RunActive while the tenant has a run, BackendUnavailable, ScimError 409 if the backend cannot list what it has
 */
export async function makeRepairPlan(planning: Planning, request: PlanRequest): Promise<Plan> {
  if (!(await planning.backend.canList())) {
    throw conflict(
      'The backend cannot list what it has, so that nothing can be compared: its capabilities have no "listing". ' +
        'openapi/backend.yaml says how it answers /listings.',
    );
  }
  return writePlan(planning, request, writeRepairs, { repairs: true });
}

async function writeRepairs(draft: Draft, writer: LineWriter) {
  const accounts = await repairResources(draft, 'User', writer);
  await writer.flush();
  const groups = await repairResources(draft, 'Group', writer);
  await writer.flush();
  await repairMemberships(draft, writer);
  return { accounts, groups, waiting: 0 };
}

/** @returns how many need no line */
async function repairResources(draft: Draft, type: ResourceTypeName, writer: LineWriter): Promise<number> {
  const { reader, planning, tenantId } = draft;
  const resourceIdOf = ({ resourceId }: MirrorItem): string => resourceId;
  const pieces = joined(
    {
      pages: pagesOf((after) => reader.mirror.page(type, after, AT_A_TIME.items), resourceIdOf, AT_A_TIME.items),
      keyOf: resourceIdOf,
    },
    { pages: planning.backend.listResources(tenantId, type), keyOf: ({ scimId }: ListedResource) => scimId },
  );
  let unchanged = 0;
  for await (const piece of pieces) {
    const compared = await withStaged(draft, type, piece);
    const lines = compared.flatMap((one) => {
      const line = repairOf(one, draft.inForce.revision);
      return line === undefined ? [] : [withHold(line, one.hold, one.staged ?? NOT_STAGED, draft.now)];
    });
    unchanged += piece.length - lines.length;
    await writer.add(lines);
  }
  return unchanged;
}

type Piece = readonly {
  readonly key: string;
  readonly left: MirrorItem | undefined;
  readonly right: ListedResource | undefined;
}[];

async function withStaged(draft: Draft, type: ResourceTypeName, piece: Piece): Promise<readonly Compared[]> {
  const subject = SUBJECT_OF[type];
  const ids = piece.map(({ key }) => key);
  const [staged, holds] = await Promise.all([
    draft.reader.staged.byIds(type, ids),
    draft.reader.holds.of(subject, ids),
  ]);
  const holdOf = new Map(holds.map((hold): [string, Hold] => [hold.resourceId, hold]));
  const desire = desireOf(draft, type);
  const isPassedOn = type === 'User' || draft.inForce.policy.groups;
  return piece.map(({ key, left, right }) => {
    const mirror = left ?? (right && mirrorOfListed(right));
    const resource = { id: key, staged: staged.get(key), mirror };
    return {
      subject,
      id: key,
      mirror: left,
      listed: right,
      staged: resource.staged,
      hold: holdOf.get(key),
      desired: isPassedOn ? desire(resource).content : undefined,
    };
  });
}

/** As if the backend had been told what it has. */
function mirrorOfListed({ scimId, accountId, content }: ListedResource): MirrorItem {
  return { resourceId: scimId, accountId, stagedVersion: 0, policyRevision: 0, content, missingSince: undefined };
}
