import { shortName } from '../../model/access/person.js';
import type { ActivityEntry } from '../../model/activity/entry.js';
import type { JsonValue } from '../../protocol/json.js';
import type { Facts } from './facts.js';

/** The sentence that says what happened to a person, and the number of its kind: 1 to 14. */
export interface Answer {
  readonly number: number;
  readonly sentence: string;
}

/** A rule gives the sentence where it applies. */
type Rule = (facts: Facts) => string | undefined;

/** Milliseconds without a request after which a provisioning client is silent: three cycles of Entra's. */
const SILENCE = 3 * 40 * 60_000;

/** The sentences in the order in which they are tried: what has to be done first comes first. */
const RULES: readonly Rule[] = [
  neverAsked,
  foundNobody,
  refused,
  nameTaken,
  conflicting,
  toBeConfirmed,
  held,
  deleted,
  refusedByBackend,
  waiting,
  notPlanned,
  notPassedOn,
  disabled,
  agreeing,
];

/** The first sentence that applies; the last one always does. */
export function answerOf(facts: Facts): Answer {
  for (const [index, rule] of RULES.entries()) {
    const sentence = rule(facts);
    if (sentence !== undefined) return { number: index + 1, sentence };
  }
  return { number: RULES.length, sentence: agreeing(facts) };
}

/** A time as people read it. */
export const timeText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

const isUnknown = ({ staged, mirror }: Facts): boolean => staged === undefined && mirror === undefined;

/** Requests that ask for a change of the person. */
const isWrite = ({ operation }: ActivityEntry): boolean =>
  operation.startsWith('user.') && !/\.(?:lookup|list|get)$/u.test(operation);

const isDone = ({ outcome }: ActivityEntry): boolean => outcome === 'ok' || outcome === 'unchanged';

/** The latest request for a change, where it was not done: what came before it does not matter any more. */
function failedWrite({ entries }: Facts): ActivityEntry | undefined {
  const latest = entries.find(isWrite);
  return latest === undefined || isDone(latest) ? undefined : latest;
}

function neverAsked(facts: Facts): string | undefined {
  if (!isUnknown(facts) || facts.entries.length > 0) return undefined;
  return `Entra has never asked for ${facts.name}. Assign the person in Users and groups, then Provision on demand.`;
}

function foundNobody(facts: Facts): string | undefined {
  const looked = facts.entries.find(({ operation }) => operation === 'user.lookup' || operation === 'user.get');
  if (!isUnknown(facts) || looked === undefined || facts.entries.some(isWrite)) return undefined;
  return (
    `Entra looked for ${facts.name} at ${timeText(looked.at)}, found nobody and created nobody: the person is probably out of ` +
    'scope. See Steps in the provisioning log.'
  );
}

function refused(facts: Facts): string | undefined {
  const entry = failedWrite(facts);
  if (entry === undefined || entry.scimType === 'uniqueness') return undefined;
  const verb = entry.operation.replace('user.', '');
  const detail = entry.detail ?? `The answer was ${entry.status}.`;
  return `Entra tried to ${verb} ${facts.name} at ${timeText(entry.at)}; we refused: ${detail} Entra retries by itself.`;
}

function nameTaken(facts: Facts): string | undefined {
  const entry = failedWrite(facts);
  if (entry === undefined) return undefined;
  return (
    `${entry.subject ?? facts.name} belongs here to another Entra account; one of the two must change. ` +
    `Entra's request of ${timeText(entry.at)} was refused.`
  );
}

/** The person's line, where nothing has replaced or settled it. */
const openLine = ({ planned }: Facts): NonNullable<Facts['planned']> | undefined =>
  planned?.plan.state === 'open' || planned?.plan.state === 'applying' ? planned : undefined;

function conflicting(facts: Facts): string | undefined {
  const line = facts.planned?.line;
  if (line?.kind !== 'conflict' || facts.mirror !== undefined) return undefined;
  return `Conflict: ${line.sentence ?? 'FlexWhere has several accounts for the person.'} An operator resolves it under Sync.`;
}

function toBeConfirmed(facts: Facts): string | undefined {
  const line = openLine(facts)?.line;
  if (line?.needsConfirmation !== true || line.confirmedBy !== undefined) return undefined;
  return (
    `FlexWhere already has an account ${line.name} that we did not make; an operator must say whether it is the same ` +
    'person.'
  );
}

function held({ hold }: Facts): string | undefined {
  if (hold === undefined) return undefined;
  const end =
    hold.until !== undefined
      ? `until ${timeText(hold.until)}`
      : hold.untilVersionMoves !== undefined
        ? 'until Entra changes the person'
        : 'until an operator releases it';
  return `Held by ${shortName(hold.by)} since ${timeText(hold.at)}: ${hold.reason}, ${end}.`;
}

const DAY = 86_400_000;

function deleted({ staged, mirror, policy, name, entries }: Facts): string | undefined {
  if (staged !== undefined) return undefined;
  const at = mirror?.missingSince ?? entries.find(({ operation }) => operation === 'user.delete')?.at;
  if (at === undefined) return undefined;
  if (mirror === undefined)
    return `${name} was deleted in Entra on ${timeText(at)}; FlexWhere has no account any more.`;
  const end = new Date(Date.parse(at) + policy.deleteGraceDays * DAY).toISOString();
  return `${name} was deleted in Entra on ${timeText(at)}; the account stays, deactivated, until ${timeText(end)}.`;
}

function refusedByBackend({ planned }: Facts): string | undefined {
  if (planned?.line.state !== 'failed') return undefined;
  const { line, plan } = planned;
  return (
    `FlexWhere refused the change in the plan of ${timeText(plan.created)}: ${line.detail ?? 'no reason was given'}. ` +
    'The next plan tries again.'
  );
}

function waiting(facts: Facts): string | undefined {
  const open = openLine(facts);
  if (open === undefined || open.line.state === 'applied' || open.line.stagedVersion !== facts.staged?.version) {
    return undefined;
  }
  const { plan, line } = open;
  return `Waiting in plan ${plan.id} of ${timeText(plan.created)}, line ${line.number}; nobody has applied it.`;
}

function notPlanned({ staged, mirror, latestPlan, name }: Facts): string | undefined {
  if (staged === undefined || latestPlan === undefined) {
    return staged === undefined ? undefined : arrived(name, staged.lastModified);
  }
  const isSettled = mirror?.stagedVersion === staged.version || latestPlan.created > staged.lastModified;
  return isSettled ? undefined : arrived(name, staged.lastModified);
}

const arrived = (name: string, at: string): string =>
  `${name} arrived ${timeText(at)}; no plan has been made since. Make one under Sync.`;

function notPassedOn({ staged, entries, policy }: Facts): string | undefined {
  if (staged === undefined) return undefined;
  const changed = entries.find((entry) => isWrite(entry) && entry.changed.length > 0)?.changed ?? [];
  const passed = new Set(['userName', 'active', ...Object.keys(policy.attributes).map(topOf)]);
  const [attribute] = changed;
  if (attribute === undefined || changed.some((one) => passed.has(one))) return undefined;
  return `${attribute} is staged as ${valueText(staged.resource[attribute])}; the policy does not pass it on.`;
}

/** The attribute at the top of a path: `emails` of `emails[type eq "work"].value`, a URN as a whole. */
const topOf = (path: string): string =>
  path.startsWith('urn:') ? path.slice(0, path.lastIndexOf(':')) : (/^[\w$]+/u.exec(path)?.[0] ?? path);

const valueText = (value: JsonValue | undefined): string =>
  value === undefined ? 'empty' : JSON.stringify(value).slice(0, 200);

function disabled({ staged, mirror, name, entries, planned }: Facts): string | undefined {
  if (staged?.resource['active'] !== false) return undefined;
  const at = entries.find(({ operation, outcome }) => operation === 'user.deactivate' && outcome === 'ok')?.at;
  const back = 'Assign or unblock the person in Entra to bring them back.';
  const since = `Entra disabled ${name} on ${timeText(at ?? staged.lastModified)}`;
  if (mirror === undefined) return `${since}; FlexWhere never had an account. ${back}`;
  if (mirror.content.active) return `${since}; the policy leaves the account as it is. ${back}`;
  const followed = planned === undefined ? '' : ` with the plan of ${timeText(planned.plan.created)}`;
  return `${since}; FlexWhere followed${followed}. ${back}`;
}

function agreeing({ staged, planned, lastHeard, now, name }: Facts): string {
  const entra = staged === undefined ? '' : ` (${timeText(staged.lastModified)})`;
  const told = planned?.line.state === 'applied' ? ` (plan of ${timeText(planned.plan.created)})` : '';
  const silent = lastHeard !== undefined && Date.parse(now) - Date.parse(lastHeard) > SILENCE;
  const silence = silent ? ` But Entra has not called since ${timeText(lastHeard)}.` : '';
  return `Entra${entra} and FlexWhere${told} agree about ${name}.${silence}`;
}
