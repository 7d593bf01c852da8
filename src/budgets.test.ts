import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { budgetRows } from './testing/budget-table.js';

const ROWS = budgetRows(readFileSync('docs/operating.md', 'utf8'));

/** Where each budget without a setting stands: what the table calls it, the file, the constants. */
const FIXED: readonly (readonly [what: string, file: string, ...constants: string[]])[] = [
  ['bytes of address and headers together', 'http/listen', 'MAX_HEADER_BYTES'],
  ["characters of an address's path, also in a bulk operation", 'http/router/request-target', 'MOST_PATH'],
  ['query parameters in an address', 'http/router/request-target', 'MOST_PARAMETERS'],
  ['characters of the `Accept` header', 'http/router/send-reply', 'MOST_ACCEPT'],
  ['names and values in a body: one for so many bytes of its limit', 'http/router/operation-body', 'BYTES_A_PART'],
  ['names in one object', 'http/router/json-body', 'MOST_NAMES'],
  ['attributes in one object of a resource', 'protocol/canonical/names', 'MOST_MEMBERS'],
  ['combining marks in a row, in any string', 'protocol/text', 'MOST_MARKS'],
  ['names in `attributes` or `excludedAttributes`', 'protocol/projection', 'MOST_PROJECTED'],
  ['characters of a cursor', 'provisioning/resources/cursor', 'LONGEST'],
  ['steps of work in a PATCH request, a step being about 100 ns', 'protocol/patch/change', 'BUDGET'],
  ['values of one attribute', 'protocol/canonical/value', 'MOST_VALUES'],
  [
    'attributes in an extension, or extensions in a resource, that no schema has',
    'protocol/canonical/canonicalize',
    'MOST_KEPT',
  ],
  ['characters of a value that is matched on', 'protocol/schemas/attribute', 'INDEXED_LENGTH'],
  ['bytes of a value that is matched on', 'protocol/canonical/value', 'INDEXED_BYTES'],
  ["characters of one resource's JSON", 'provisioning/resources/content', 'MOST_TEXT'],
  ['scans of one tenant that wait for their turn', 'storage/sql/connections/database', 'TENANT_SCANS'],
  ['writes of one tenant that wait for their turn', 'storage/sql/connections/write-queue', 'TENANT_WAITING'],
  ['members that one request adds and removes', 'protocol/membership', 'NAMED_MEMBERS'],
  [
    'characters of the paths and names of attributes in one request, a name counting for 40 at least',
    'protocol/canonical/extent',
    'MOST_PATH_TEXT',
  ],
  [
    'comparisons of members with filters in one PATCH of a group',
    'storage/sql/directory/membership-change',
    'COMPARISONS',
  ],
  [
    'memberships of groups in groups, for the `groups` of one page of users',
    'storage/sql/directory/groups-of-users',
    'NESTED_MEMBERSHIPS',
  ],
  ['levels of groups in groups, for `groups`', 'storage/sql/directory/groups-of-users', 'NESTED_LEVELS'],
  ["schemas of a tenant's own", 'provisioning/schemas/plan', 'MOST_SCHEMAS'],
  [
    "attributes in a schema of a tenant's own, sub-attributes included",
    'protocol/custom-schema/definition',
    'MOST_ATTRIBUTES',
  ],
  ["characters of the URN of a schema of a tenant's own", 'protocol/custom-schema/urn', 'LONGEST'],
  ["characters of a tenant's name, or of a token's label", 'tenants/names', 'MOST_CHARACTERS'],
  ['admin tokens that are valid at a time', 'access/admin-tokens', 'MOST_TOKENS'],
  ['admin tokens that are kept', 'storage/sql/access/admin-tokens', 'MOST_KEPT'],
  ['pages of one process that follow a run by events', 'console/live/seats', 'MOST_STREAMS'],
  ['pages of one session that do', 'console/live/seats', 'MOST_STREAMS_OF_SESSION'],
  ['OAuth clients of a tenant', 'tenants/oauth/clients', 'MOST_CLIENTS'],
  ['credentials of an OAuth client', 'tenants/oauth/clients', 'MOST_CREDENTIALS'],
  ['access tokens of an OAuth client', 'storage/sql/tenants/oauth-store', 'MOST_TOKENS'],
  ['bytes of a request for an access token', 'http/oauth/token-routes', 'MOST_BYTES'],
  ['characters of an assertion', 'tenants/oauth/assertions', 'MOST_ASSERTION'],
  [
    "characters of an issuer, a subject and an audience of an OAuth client's",
    'tenants/oauth/registration',
    'MOST_CHARACTERS',
  ],
  ["bytes of an issuer's keys", 'tenants/oauth/issuer-keys', 'MOST_BYTES'],
  ['attributes in a synchronization policy', 'sync/policy', 'MOST_ATTRIBUTES'],
  ['requests under way on one connection', 'http/traffic/under-way', 'MOST_PIPELINED'],
  ['requests of one tenant that wait for memory', 'http/traffic/memory-room', 'MOST_WAITING'],
  ['days of grace before a deletion', 'sync/policy', 'MOST_GRACE_DAYS'],
  ['bytes of a form in the console', 'http/page-request', 'MOST_FORM'],
  ['bytes of an answer of Entra to a sign-in', 'console/openid/bounded-fetch', 'MOST_ANSWER_BYTES'],
  ['sign-ins with Entra under way in one process', 'console/openid/provider', 'MOST_EXCHANGES'],
  ['characters of a name in the activity log', 'model/activity/entry', 'MOST_SUBJECT'],
  ['characters of a detail in the activity log', 'storage/sql/activity/rows', 'MOST_DETAIL'],
  ['names of attributes in an entry of the activity log', 'storage/sql/activity/rows', 'MOST_NAMES'],
  ['characters of a search in the reference', 'http/docs-routes', 'MOST_QUESTION'],
  ['words of a search in the reference', 'docs/search/search', 'MOST_WORDS'],
  ["bytes of a line in the file of a tenant's move", 'provisioning/moving/format', 'MOST_LINE_BYTES'],
];

/** Constants that no request comes up against: how much is done or said at a time, and defaults of settings. */
const NO_BUDGETS = new Set([
  'config MOST_DRAIN',
  'config MOST_KEEP_ALIVE',
  'config MOST_PORT',
  'config MOST_TOKEN_SECONDS',
  'tenants/oauth/issuer-keys MOST_ISSUERS',
  'cli/seed MOST_USERS',
  'docs/reference/schema MOST_DEPTH',
  'docs/search/search MOST_HITS',
  'provisioning/moving/import-tenant MOST_ROWS',
  'provisioning/moving/import-tenant MOST_TEXT',
  'storage/sql/tenants/move/columns MOST_INTEGER',
  'storage/sql/tenants/move/snapshot MOST_ROWS',
  'storage/sql/tenants/move/snapshot MOST_TEXT',
  'sync/backends/http/check/session MOST_UNANSWERED',
  'sync/backends/http/check/parts/listings MOST_PAGES',
  'console/people/attributes MOST_ROWS',
  'console/session/sessions MOST_LISTED',
  'http/router/send-reply MOST_REMEMBERED',
  'protocol/attribute-path MOST_REMEMBERED',
  'sync/plan-review/groups-of-lines MOST_GROUPS',
  'storage/sql/activity/store MOST_NAMED',
  'http/scim/bulk-handlers MOST_FAULTS',
  'protocol/canonical/schemas-list MOST_LISTED',
  'http/traffic/client-address MOST_HOPS',
  'http/traffic/failed-authentications MOST_GOOD',
  'http/traffic/tenant-rates MOST_TOLD',
  'http/traffic/token-buckets MOST_KEYS',
  'protocol/patch/operation MOST_OPERATIONS',
  'storage/sql/sync/mirror-memberships MOST_KEYS',
  'sync/backends/http/answers MOST_MATCHES',
]);

describe('the table of budgets in docs/operating.md', () => {
  it.each(ROWS.filter(({ setting }) => setting !== undefined))('$setting: $what', ({ most, setting = '' }) => {
    const defaults = numbersIn(readConfig({}));
    const changed = numbersIn(readConfig({ [setting]: '77' }));
    const set = [...changed].filter(([name, value]) => defaults.get(name) !== value);
    expect(set.map(([, value]) => value)).toEqual([77]);
    expect(defaults.get(set[0]?.[0] ?? '')).toBe(most);
  });

  it.each(FIXED)('fixed: %s', (what, file, ...constants) => {
    const row = ROWS.find((one) => one.what === what);
    expect(row?.setting).toBeUndefined();
    for (const constant of constants) expect(row?.most, constant).toBe(constantIn(file, constant));
  });

  it('says of each budget what is answered beyond it', () => {
    expect(ROWS.filter(({ beyond }) => beyond === '')).toEqual([]);
    expect(new Set(ROWS.map(({ what }) => what)).size).toBe(ROWS.length);
  });

  it('has no budget that the program does not have', () => {
    const known = new Set(FIXED.map(([what]) => what));
    expect(ROWS.filter(({ what, setting }) => setting === undefined && !known.has(what))).toEqual([]);
  });

  it('has every limit of the configuration', () => {
    const settings = ROWS.flatMap(({ setting }) => setting ?? []);
    const lowered = readConfig(Object.fromEntries(settings.map((setting) => [setting, '77'])));
    expect([...numbersIn(lowered.limits)].filter(([, value]) => value !== 77)).toEqual([]);
  });

  it('has every constant that is named as a budget', () => {
    const listed = new Set(FIXED.flatMap(([, file, ...constants]) => constants.map((name) => `${file} ${name}`)));
    const unlisted = mostConstants().filter((name) => !listed.has(name) && !NO_BUDGETS.has(name));
    expect(unlisted).toEqual([]);
  });
});

/** The numbers in an object, by their paths: `limits.filter.depth`. */
function numbersIn(object: object, path = ''): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(object).flatMap(([name, value]: [string, unknown]): [string, number][] => {
      if (typeof value === 'number') return [[path + name, value]];
      return typeof value === 'object' && value !== null ? [...numbersIn(value, `${path}${name}.`)] : [];
    }),
  );
}

function constantIn(file: string, name: string): number {
  const constants = readFileSync(`src/${file}.ts`, 'utf8').matchAll(
    /^(?:export )?const (\w+)(?:: number)? = ([\d_]+);/gmu,
  );
  const written = [...constants].find(([, named]) => named === name)?.[2];
  return Number(written?.replaceAll('_', ''));
}

/** `folder/file MOST_THINGS` for each constant of that kind in the program. */
function mostConstants(): readonly string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  const programs = files.filter((file) => file.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/u.test(file));
  return programs.flatMap((file) => {
    const found = readFileSync(`src/${file}`, 'utf8').matchAll(/^(?:export )?const (MOST_\w+)(?:: number)? = \d/gmu);
    return [...found].map(([, name = '']) => `${file.replaceAll('\\', '/').slice(0, -3)} ${name}`);
  });
}
