/**
 * Lines are delivered in the order of their waves. Accounts that wait for a userName of another account are as many
 * waves behind as there are accounts before them; whoever is in a membership is there before it. An account goes to somebody
 * who was hired again when the leaver's memberships are removed.
 */
export const WAVES = {
  accounts: 0,
  rehired: 900_000,
  groups: 1_000_000,
  memberships: 2_000_000,
  groupDeletes: 3_000_000,
} as const;
