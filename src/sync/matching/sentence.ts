import type { Plan, PlanMatching } from '../../model/plan.js';

/** What left for the backend while a plan was made, as sentences for whoever reviews it; undefined where nothing could. */
export function matchingSentence({ matching }: Pick<Plan, 'matching'>): string | undefined {
  if (matching === undefined) return undefined;
  const { notAsked } = matching;
  const sentences = [sentOf(matching), notAsked === 0 ? '' : notAskedOf(notAsked)].filter((one) => one !== '');
  return sentences.join(' ');
}

function sentOf({ sent, asked }: PlanMatching): string {
  switch (sent) {
    case 'nothing':
      return '';
    case 'hashes':
      return `To find what it has already, the backend was sent ${countOf(asked, 'keyed hash of a name', 'keyed hashes of names')}; no name was sent.`;
    case 'names':
      return `To find what it has already, the backend was sent ${countOf(asked, 'name', 'names')}, with external ids and email addresses.`;
  }
}

/** A backend may cease to compare hashes while a plan is made. */
const notAskedOf = (notAsked: number): string =>
  `The backend was not asked whether it has ${countOf(notAsked, 'new account or group', 'new accounts and groups')} ` +
  'already: the policy does not allow what it can compare (sync policy --matching).';

const countOf = (count: number, one: string, several: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en-US')} ${several}`;
