import { shortName } from '../../model/access/person.js';
import type { ActivityEntry } from '../../model/activity/entry.js';
import type { JsonObject } from '../../protocol/json.js';
import type { Storage } from '../../storage/storage.js';
import { activityJson, type ActivityJson } from '../json.js';
import { answerOf, timeText } from './answer.js';
import { factsOf, type Facts } from './facts.js';

/** What is said of a person. A type alias, since an interface does not count as a JSON object. */
export type ExplanationJson = {
  /** The sentence. */
  answer: string;
  /** Which of the fourteen it is. */
  number: number;
  sections: {
    /** What Entra said last: lookup, change, refusal. */
    entra: string[];
    /** What we hold: the staged resource, without passwords, which are never stored. */
    held: JsonObject | null;
    /** What FlexWhere was told last. */
    told: string[];
    /** What stands between the two. */
    between: string[];
    timeline: ActivityJson[];
    /** For the IT admin, to send on. */
    forAdmin: string;
  };
};

/** Entries that the timeline has. */
const TIMELINE = 50;

/**
 * Says what happened to a person, and what to do next.
 * @param asked a SCIM id, userName, externalId, or a name that the person once had; one that nobody has is answered as well
 */
export async function explainPerson(
  storage: Storage,
  tenantId: string,
  asked: string,
  now: Date,
): Promise<ExplanationJson> {
  const facts = await factsOf(storage, tenantId, asked, now);
  const { number, sentence } = answerOf(facts);
  return {
    answer: sentence,
    number,
    sections: {
      entra: saidByEntra(facts),
      held: facts.staged === undefined ? null : { id: facts.staged.id, ...facts.staged.resource },
      told: toldToFlexWhere(facts),
      between: standingBetween(facts),
      timeline: facts.entries.slice(0, TIMELINE).map(activityJson),
      forAdmin: forAdmin(facts, sentence),
    },
  };
}

function saidByEntra({ entries }: Facts): string[] {
  const lookUp = entries.find(({ operation }) => operation === 'user.lookup');
  const write = entries.find(
    ({ operation, outcome }) => /^user\.(?!lookup|get|list)/u.test(operation) && outcome === 'ok',
  );
  const refusal = entries.find(({ outcome }) => outcome === 'refused' || outcome === 'failed');
  const rules = [...new Set(entries.flatMap((entry) => entry.rules))].sort();
  return [
    ...(lookUp === undefined ? [] : [`Last lookup: ${entryText(lookUp)}`]),
    ...(write === undefined ? [] : [`Last change: ${entryText(write)}`]),
    ...(refusal === undefined ? [] : [`Last refusal: ${entryText(refusal)}`]),
    ...(rules.length === 0 ? [] : [`Dialect rules that made a difference: ${rules.join(', ')}`]),
  ];
}

function entryText({ at, operation, outcome, changed, detail, requestId }: ActivityEntry): string {
  const what = detail ?? (changed.length === 0 ? '' : `changed ${changed.join(', ')}`);
  return `${timeText(at)}, ${operation}, ${outcome}${what === '' ? '' : `: ${what}`} (request ${requestId})`;
}

function toldToFlexWhere({ mirror, planned }: Facts): string[] {
  return [
    ...(mirror === undefined
      ? ['FlexWhere has no account that we know of.']
      : [`FlexWhere has ${mirror.content.name}, ${mirror.content.active ? 'active' : 'deactivated'}.`]),
    ...(planned === undefined
      ? []
      : [
          `Plan ${planned.plan.id} of ${timeText(planned.plan.created)}, line ${planned.line.number}: ` +
            `${planned.line.kind}, ${planned.line.state}${planned.line.detail === undefined ? '' : `: ${planned.line.detail}`}.`,
        ]),
  ];
}

function standingBetween({ hold, planned, staged, mirror }: Facts): string[] {
  const differs = staged !== undefined && mirror !== undefined && staged.version !== mirror.stagedVersion;
  return [
    ...(hold === undefined ? [] : [`A hold by ${shortName(hold.by)}: ${hold.reason}.`]),
    ...(planned?.line.sentence === undefined ? [] : [planned.line.sentence]),
    ...(differs ? ['Entra has changed the person since FlexWhere was last told.'] : []),
  ];
}

function forAdmin({ name, resourceId, entries, now }: Facts, sentence: string): string {
  const latest = entries[0];
  return [
    `${name}${resourceId === undefined ? '' : ` (id ${resourceId})`}, as of ${timeText(now)}:`,
    sentence,
    ...(latest === undefined ? [] : [`Latest request: ${entryText(latest)}`]),
  ].join('\n');
}
