import type { Match } from '../../model/match.js';

/** What the backend's answer makes of a resource that is not in the mirror. */
export type Choice =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'link';
      readonly accountId: string;
      readonly needsConfirmation: boolean;
      readonly sentence: string;
    }
  | { readonly kind: 'conflict'; readonly sentence: string };

/**
 * Chooses among the accounts that the backend has already. The SCIM id that it stored from us decides; a userName is
 * enough only where a person confirms it, since whoever controls userNames in Entra could take over an account with it;
 * externalId and email are hints and never decide. What is ambiguous is a conflict.
 */
export function chooseMatch(scimId: string, matches: readonly Match[]): Choice {
  const ours = accountsOf(matches.filter((match) => match.by === 'scimId' || match.scimId === scimId));
  const named = accountsOf(matches.filter((match) => match.by === 'name')).filter((account) => !ours.includes(account));
  const [account, ...others] = [...ours, ...named];
  if (account === undefined) return { kind: 'create' };
  if (others.length > 0) return { kind: 'conflict', sentence: ambiguous([account, ...others], ours) };
  const stranger = matches.find((match) => match.scimId !== undefined && match.scimId !== scimId);
  if (stranger?.scimId !== undefined) return { kind: 'conflict', sentence: taken(account, stranger.scimId) };
  return {
    kind: 'link',
    accountId: account,
    needsConfirmation: ours.length === 0,
    sentence: `The backend has the account ${account} with this userName, and no SCIM id for it. Confirm that it is the same person.`,
  };
}

const accountsOf = (matches: readonly Match[]): readonly string[] => [
  ...new Set(matches.map(({ accountId }) => accountId)),
];

function ambiguous(accounts: readonly string[], ours: readonly string[]): string {
  const why = ours.length === 1 ? `; ${String(ours[0])} has our SCIM id, another has the userName` : '';
  return (
    `The backend has ${accounts.length} accounts for it: ${accounts.slice(0, 5).join(', ')}${why}. ` +
    'Remove or rename all but one in the backend, then make a new plan.'
  );
}

function taken(account: string, scimId: string): string {
  return (
    `The backend's account ${account} has this userName and belongs to another SCIM id, ${scimId}. ` +
    'Rename or remove it in the backend, or take the SCIM id off it, then make a new plan.'
  );
}
