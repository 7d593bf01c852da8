/** A server that is measured. */
export interface Contender {
  /** As the tables name it. */
  readonly name: string;
  /** What Node runs, in the root of the repository. */
  readonly program: readonly string[];
  /** The path of its Tenant URL. */
  readonly base: string;
  /** How it gets its users: our own way, a table of stored JSON, or by SCIM. */
  readonly filledBy: 'seed' | 'table' | 'requests';
  /** Whether it can stand on PostgreSQL. */
  readonly postgres: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What ratios are taken to. */
export const FLOOR = 'Express + knex';

/** What the project is about. */
export const OURS = 'FlexWhere SCIM';

/** The most users that a server is given by requests: one by one they take minutes. */
export const MOST_BY_REQUESTS = 10_000;

const serve = ['dist/cli/main.js', 'serve'] as const;
const unlimited = { RATE_LIMIT: 'off', LOG_LEVEL: 'error' } as const;

/** All of them, in the order of the columns. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'node:http', program: ['bench/floors/bare.mjs'], base: '/scim', filledBy: 'table', postgres: false },
  { name: FLOOR, program: ['bench/floors/express.mjs'], base: '/scim', filledBy: 'table', postgres: true },
  {
    name: `${FLOOR} + openapi-backend`,
    ...{ program: ['bench/floors/openapi.mjs'], base: '/scim', filledBy: 'table', postgres: true },
  },
  { name: OURS, program: serve, base: '/scim', filledBy: 'seed', postgres: true, environment: unlimited },
  {
    name: `${OURS} + response checks`,
    ...{ program: serve, base: '/scim', filledBy: 'seed', postgres: true },
    environment: { ...unlimited, VALIDATE_RESPONSES: 'enforce' },
  },
  {
    name: 'scimmy-routers',
    ...{ program: ['bench/competitors/scimmy.mjs'], base: '/scim', filledBy: 'table', postgres: false },
  },
  {
    name: '@better-auth/scim',
    ...{ program: ['bench/competitors/better-auth.mjs'], base: '/api/auth/scim/v2' },
    ...{ filledBy: 'requests', postgres: false },
  },
];
