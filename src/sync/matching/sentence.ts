import type { Plan } from '../../model/plan.js';

/** What left for the backend while a plan was made, as a sentence for whoever reviews it; undefined where nothing could. */
export function matchingSentence({ matching }: Pick<Plan, 'matching'>): string | undefined {
  if (matching === undefined) return undefined;
  const { sent, asked, notAsked } = matching;
  if (sent === 'nothing') {
    return (
      `The backend was not asked whether it has ${countOf(notAsked, 'new account or group', 'new accounts and groups')} ` +
      'already: the policy does not allow what it can compare (sync policy --matching).'
    );
  }
  return sent === 'hashes'
    ? `To find what it has already, the backend was sent ${countOf(asked, 'keyed hash of a name', 'keyed hashes of names')}; no name was sent.`
    : `To find what it has already, the backend was sent ${countOf(asked, 'name', 'names')}, with external ids and email addresses.`;
}

const countOf = (count: number, one: string, several: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en-US')} ${several}`;
