import { cpuOf } from '../neighbors/process-cost.js';
import type { MeasuredServer } from '../server.js';

/** A view of a plan: a page of the admin API or of the console. */
export interface View {
  readonly what: string;
  readonly path: string;
}

/** What a view took, of several times. */
export interface Viewed {
  readonly what: string;
  readonly median: number;
  readonly slowest: number;
  /** Milliseconds of CPU time that the server took for one: other work on the machine does not change it. */
  readonly cpu: number;
  readonly status: number;
  readonly bytes: number;
}

/** The name that the server is signed in to by. */
const VISITOR = 'Bench';

/** What opens both. */
export const ADMIN_TOKEN = 'bench'.repeat(8);

/**
 * Every way to look at a plan.
 * @param found a group's signature and an id, to look for
 */
export function viewsOf(tenantId: string, planId: string, found: { signature: string; id: string }): readonly View[] {
  const filters: readonly (readonly [string, string])[] = [
    ['all lines', ''],
    ['behind 90,000', '?after=90000'],
    ['kind', '?kind=update,create'],
    ['kind without any', '?kind=reactivate'],
    ['subject and kind', '?subject=group&kind=create'],
    ['state', '?state=planned'],
    ['state without any', '?state=failed'],
    ['kind and state without any', '?kind=update,create&state=failed'],
    ['attribute', '?attribute=displayName'],
    ['attribute and change', '?attribute=department&change=blanked'],
    ['warning', '?warning=accountDeactivated,userNameChanged'],
    ['any warning, far behind', '?warning=any&after=90000'],
    ['group', `?group=${found.signature}`],
    ['search for what many have', '?search=contoso'],
    ['search for nobody', '?search=nobody-is-called-so'],
    ['search for an id', `?search=${found.id}`],
    ['sample', '?sample=20&seed=7'],
    ['sample of a kind', '?sample=20&seed=7&kind=update'],
    ['sample of a state', '?sample=20&seed=7&state=planned'],
  ];
  const plan = `/tenants/${tenantId}/sync/plans/${planId}`;
  return [
    { what: 'API: plan', path: `/admin/api${plan}` },
    { what: 'API: summary', path: `/admin/api${plan}/summary` },
    { what: 'API: groups', path: `/admin/api${plan}/groups` },
    ...filters.map(([what, query]) => ({ what: `API: lines, ${what}`, path: `/admin/api${plan}/lines${query}` })),
    ...filters.map(([what, query]) => ({ what: `console: ${what}`, path: `/admin${plan}${query}` })),
  ];
}

/** Signs in to the console. @returns the headers that the API and the console are called with */
export async function signIn({ port }: MeasuredServer): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`http://127.0.0.1:${port}/admin/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ 'admin-token': ADMIN_TOKEN, name: VISITOR }).toString(),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the console did not let ${VISITOR} in: ${answer.status}`);
  return { authorization: `Bearer ${ADMIN_TOKEN}`, cookie };
}

/** Looks several times. */
export async function look(
  { port, process }: MeasuredServer,
  headers: Readonly<Record<string, string>>,
  { what, path }: View,
  times: number,
): Promise<Viewed> {
  const taken: number[] = [];
  const before = cpuOf(process);
  let [status, bytes] = [0, 0];
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' });
    bytes = (await answer.arrayBuffer()).byteLength;
    taken.push(performance.now() - began);
    status = answer.status;
  }
  taken.sort((a, b) => a - b);
  const cpu = (cpuOf(process) - before) / times;
  return { what, status, bytes, cpu, median: taken[times >> 1] ?? NaN, slowest: taken.at(-1) ?? NaN };
}
