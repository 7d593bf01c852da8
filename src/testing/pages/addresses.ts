import { pagesByRoute } from '../../console/browser/crawl.fixture.js';
import { ROUTES } from '../../console/console.js';
import { seedName } from '../../storage/testing/seed-synchronization.fixture.js';
import { REFUSED, type Company } from './company.js';
import { form, json, withCookie, Visitor, type Seen } from './visitor.js';

/** What is measured: addresses, and who asks for them. */
export interface Asked {
  readonly path: string;
  readonly visitor: Visitor;
}

/** Searches and filters that no link of the console leads to. */
function searches({ tenantId, planId, earlierId, busy }: Company, users: number): readonly string[] {
  const company = `/admin/tenants/${tenantId}`;
  const [plan, last] = [`${company}/sync/plans/${planId}`, seedName('User', users - 1)];
  return [
    ...['/admin?q=Company 2', '/admin?q=nobody'],
    ...['user.9', 'User 9', last, 'nobody'].map((q) => `${company}/people?q=${encodeURIComponent(q)}`),
    ...['Group 1', 'nobody'].map((q) => `${company}/groups?q=${encodeURIComponent(q)}`),
    ...[seedName('User', 7), REFUSED, 'nobody']
      .flatMap((name) => [
        ...[
          `activity?q=${name}`,
          `activity?q=${name}&show=refused`,
          `activity?q=${name}&show=done`,
          `explain?name=${name}`,
        ],
      ])
      .map((path) => `${company}/${path}`),
    ...['refused', 'done'].map((show) => `${company}/activity?show=${show}`),
    `${company}/people/${busy}`,
    `${company}/sync/history?resource=${busy}`,
    ...[
      'search=user.9',
      `search=${last}`,
      'search=nobody',
      'state=planned',
      'state=failed',
      'kind=update&state=planned',
    ],
    ...[
      'subject=group',
      'subject=account&kind=deactivate',
      'attribute=givenName&change=changed',
      'attribute=name&change=set',
    ],
    ...[
      'warning=accountDeactivated',
      `after=${Math.floor(users * 0.9)}`,
      'sample=20&seed=7',
      'sample=20&seed=7&kind=update',
    ],
    ...['kind=conflict', 'attribute=name&kind=deactivate', 'search=user.9&attribute=name'],
  ]
    .map((path) => (path.startsWith('/') ? path : `${plan}?${path}`))
    .concat(['new', 'changed', 'gone'].map((lines) => `${plan}/compare/${earlierId}?lines=${lines}`));
}

/** Reads of the admin API, each with what it can be asked for. */
function reads({ tenantId, planId, earlierId, runId, busy }: Company, users: number): readonly string[] {
  const name = seedName('User', 7);
  const plan = `sync/plans/${planId}`;
  const ofTenant = [
    ...['', 'tokens', 'oauth-clients', 'setup-link', 'schemas'],
    ...['sync/plans', plan, `${plan}/summary`, `${plan}/groups`, `${plan}/groups?limit=100`, `${plan}/lines`],
    ...[`${plan}/lines?limit=500`, `${plan}/lines?after=${Math.floor(users * 0.9)}`, `${plan}/lines?search=nobody`],
    ...[
      `${plan}/lines?state=planned&kind=update`,
      `${plan}/lines?attribute=name&change=set`,
      `${plan}/lines?sample=20&seed=3`,
    ],
    ...[`${plan}/comparison?with=${earlierId}`, `${plan}/comparison?with=${earlierId}&lines=changed`],
    ...['sync/holds', 'sync/status', 'sync/runs', `sync/runs/${runId}`, 'sync/mirror', 'sync/policy'],
    ...[`sync/history?resource=${busy}`, `sync/history?resource=${name}`, 'sync/audit', 'sync/audit?order=newest'],
    ...[
      '',
      'outcome=refused',
      'outcome=ok',
      'operation=user.*',
      'operation=user.delete',
      `subject=${name}`,
      `subject=${REFUSED}`,
    ],
    ...['status=409', 'status=500', 'rule=string-booleans', 'rule=none', 'requestId=none', `resourceId=${busy}`],
    ...[
      'tokenId=none',
      'from=2020-01-01T00:00:00Z&status=500',
      'to=2020-01-01T00:00:00Z',
      `resourceId=${busy}&status=500`,
    ],
  ];
  const paths = ofTenant.map((path) => (/^\w+=|^$/u.test(path) ? `activity?${path}` : path));
  const more = [
    '',
    'activity/summary',
    'activity/settings',
    ...[name, REFUSED, 'nobody', busy].map((one) => `people/${one}/explanation`),
  ];
  return [
    ...[
      '/admin-tokens',
      '/tenants',
      '/tenants?limit=1000',
      '/activity',
      '/activity?tenant=none',
      '/activity?requestId=none',
    ],
    ...[...paths, ...more].map((path) => `/tenants/${tenantId}${path === '' ? '' : `/${path}`}`),
  ].map((path) => `/admin/api${path}`);
}

/** Everything that is measured: each page of the console that links lead to, searches, the admin API, and the other pages. */
export async function everything(
  port: number,
  adminToken: string,
  company: Company,
  users: number,
): Promise<readonly Asked[]> {
  const anybody = new Visitor(port);
  const operator = withCookie(
    port,
    await anybody.see('/admin/sign-in', form({ name: 'Bench', 'admin-token': adminToken })),
  );
  const origin = `http://127.0.0.1:${port}`;
  const read = async (address: string): Promise<string> => (await operator.see(address.slice(origin.length))).text;
  const found = await pagesByRoute(read, origin, ROUTES, [`${origin}/admin/tenants/${company.tenantId}`]);
  const shown = ROUTES.filter(({ method, saved }) => method === 'GET' && saved !== true);
  const pages = shown.flatMap(({ path }) => found.get(path) ?? []).map((address) => address.slice(origin.length));
  const program = new Visitor(port, { Authorization: `Bearer ${adminToken}` });
  const browser = withCookie(port, await asBrowser(port, `/scim/Users?access_token=${company.secret}`));
  const guide = withCookie(port, await anybody.see(await setupPath(program, company.tenantId)));
  const ofConsole = [...new Set([...pages, ...searches(company, users).map(encoded)])];
  return [
    ...ofConsole.map((path) => ({ path, visitor: operator })),
    ...reads(company, users).map((path) => ({ path, visitor: program })),
    ...['/check', '/check?q=user.9', '/check?q=nobody'].map((path) => ({ path, visitor: browser })),
    { path: '/setup', visitor: guide },
  ];
}

const encoded = (path: string): string => path.replaceAll(' ', '%20').replaceAll('@', '%40');

const asBrowser = (port: number, path: string): Promise<Seen> => new Visitor(port, { Accept: 'text/html' }).see(path);

async function setupPath(program: Visitor, tenantId: string): Promise<string> {
  const { text } = await program.see(`/admin/api/tenants/${tenantId}/setup-link`, json({}));
  const made: unknown = JSON.parse(text);
  const url = typeof made === 'object' && made !== null && 'url' in made ? String(made.url) : '';
  if (url === '') throw new Error(`no setup link: ${text}`);
  return new URL(url).pathname;
}
