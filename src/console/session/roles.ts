import type { ConsoleRole } from '../../storage/console-store.js';

/** The roles in their order: each may do what the lower ones may. */
export const ROLE_RANK: Readonly<Record<ConsoleRole, number>> = { viewer: 0, operator: 1, admin: 2 };
