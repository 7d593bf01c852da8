import type { Match, MatchBy } from '../../model/match.js';
import type { PlanMatching } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import { member } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { SyncReader } from '../../storage/sync-store.js';
import type { Backend, MatchQuestion } from '../backend.js';
import type { Desired } from '../plan/desired.js';
import type { Pair } from '../plan/pairs.js';

/** A user or group with what the backend is to have of it. */
type Wanted = Pair & { readonly desired: Desired };

/** Asks the backend which accounts and groups it has already, with no more than the policy allows before a review. */
export class Matching {
  readonly #backend: Backend;
  readonly #policy: SyncPolicy;
  #sent: PlanMatching['sent'] = 'nothing';
  #asked = 0;
  #notAsked = 0;

  constructor(backend: Backend, policy: SyncPolicy) {
    this.#backend = backend;
    this.#policy = policy;
  }

  /** What was asked; undefined where there was nothing to ask. */
  get matching(): PlanMatching | undefined {
    const [sent, asked, notAsked] = [this.#sent, this.#asked, this.#notAsked];
    return asked + notAsked === 0 ? undefined : { sent, asked, notAsked };
  }

  /**
   * What the backend has already of those that it was not told about by us, by SCIM id.
   * @param wanted users or groups that nobody holds
   * @param beforeSending called when `matching` says what is about to be sent
   * @throws BackendUnavailable
   */
  async of(
    { tenantId, reader }: { readonly tenantId: string; readonly reader: SyncReader },
    type: ResourceTypeName,
    wanted: readonly Wanted[],
    beforeSending: () => Promise<void>,
  ): Promise<ReadonlyMap<string, readonly Match[]>> {
    const questions = wanted.flatMap((one) => questionOf(type, one, this.#policy));
    const can = questions.length === 0 ? undefined : await this.#backend.matchesBy();
    if (can === undefined) return new Map();
    const by = allowed(this.#policy, can);
    if (by === undefined) {
      this.#notAsked += questions.length;
      return new Map();
    }
    [this.#sent, this.#asked] = [by, this.#asked + questions.length];
    await beforeSending();
    return withoutOurs(reader, type, await this.#backend.match(tenantId, questions, by));
  }
}

/** Names go to a backend that could compare hashes where the policy allows names: it can then tell a person more. */
function allowed({ matching }: SyncPolicy, can: MatchBy): MatchBy | undefined {
  if (matching === 'names') return 'names';
  return matching === 'hashes' && can === 'hashes' ? 'hashes' : undefined;
}

/** A name that another account of ours has is no match: whether it becomes free is for resolve-names.ts to say. */
async function withoutOurs(
  reader: SyncReader,
  type: ResourceTypeName,
  answers: ReadonlyMap<string, readonly Match[]>,
): Promise<ReadonlyMap<string, readonly Match[]>> {
  const others = [...answers].flatMap(([id, matches]) => matches.flatMap(({ scimId }) => strangerOf(id, scimId)));
  const ours = others.length === 0 ? new Map<string, unknown>() : await reader.mirror.byIds(type, others);
  const foreign = (match: Match): boolean => match.scimId === undefined || !ours.has(match.scimId);
  return new Map([...answers].map(([id, matches]) => [id, matches.filter(foreign)]));
}

const strangerOf = (id: string, scimId: string | undefined): readonly string[] =>
  scimId === undefined || scimId === id ? [] : [scimId];

/** Hints are what the policy passes on. */
function questionOf(
  type: ResourceTypeName,
  { id, staged, mirror, desired: { content } }: Wanted,
  policy: SyncPolicy,
): readonly MatchQuestion[] {
  if (staged === undefined || mirror !== undefined || content === undefined) return [];
  const name = type === 'User' ? policy.attributes['externalId'] : 'externalId';
  const externalId = name === undefined ? undefined : member(content.attributes, name);
  const email = member(content.attributes, 'email');
  return [
    {
      type,
      scimId: id,
      content,
      ...(typeof externalId === 'string' ? { externalId } : {}),
      ...(typeof email === 'string' ? { email } : {}),
    },
  ];
}
