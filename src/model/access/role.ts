/** What an operator may do; each role may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** One of the roles: to look, to work with plans, or to change everything. */
export type Role = (typeof ROLES)[number];

/** Whether a role may do what another role is required for. */
export const mayDo = (has: Role, needed: Role): boolean => ROLES.indexOf(has) >= ROLES.indexOf(needed);
