import type { PlantedFault } from './fault.js';

const SQL = 'src/storage/sql';
const SYNC = [`${SQL}/sync/runs-contract.test.ts`, `${SQL}/sync/tenants-contract.test.ts`];
const ACTIVITY = [`${SQL}/activity/store-contract.test.ts`, 'src/activity/pruning.test.ts'];

/** The same in the records of plans and runs, of activity and of who may come in. */
export const RECORDS_FAULTS: readonly PlantedFault[] = [
  {
    name: 'holds are read of all tenants',
    file: `${SQL}/sync/holds.ts`,
    text: 'from sync_holds where tenant_id = ? and subject = ? and`',
    planted: 'from sync_holds where (tenant_id = ? or true) and subject = ? and`',
    tests: SYNC,
  },
  {
    name: 'the second page of holds begins with the last one of the first',
    file: `${SQL}/sync/holds.ts`,
    text: 'from sync_holds where tenant_id = ? and (${ORDER}) > (?, ?, ?)',
    planted: 'from sync_holds where tenant_id = ? and (${ORDER}) >= (?, ?, ?)',
    tests: [...SYNC, `${SQL}/sync/reviews-contract.test.ts`],
  },
  {
    name: 'a hold is released in every tenant',
    file: `${SQL}/sync/holds.ts`,
    text: 'delete from sync_holds where tenant_id = ? and',
    planted: 'delete from sync_holds where (tenant_id = ? or true) and',
    tests: [...SYNC, `${SQL}/sync/reviews-contract.test.ts`],
  },
  {
    name: 'a run is claimed although another process has it',
    file: `${SQL}/sync/runs.ts`,
    text: ".orWhere('lease_until', '<=', now)",
    planted: ".orWhere('lease_until', '>=', now)",
    tests: [...SYNC, 'src/sync/run/two-processes.test.ts'],
  },
  {
    name: 'a claim does not renew the lease',
    file: `${SQL}/sync/runs.ts`,
    text: '.update({ owner, lease_until: leaseUntil })',
    planted: '.update({ owner })',
    tests: [...SYNC, 'src/sync/run/two-processes.test.ts'],
  },
  {
    name: 'a run that has ended can be asked to stop',
    file: `${SQL}/sync/runs.ts`,
    text: "const run = this.#run(runId).where({ state: 'running' });",
    planted: 'const run = this.#run(runId);',
    tests: SYNC,
  },
  {
    name: 'a run that moves keeps what was asked of it',
    file: `${SQL}/sync/runs.ts`,
    text: '        ...NOTHING_ASKED,\n',
    planted: '',
    tests: [...SYNC, 'src/sync/run/pause-and-cancel.test.ts'],
  },
  {
    name: 'the active run of any tenant is that of all',
    file: `${SQL}/sync/runs.ts`,
    text: "from sync_runs where tenant_id = ? and state in ('running', 'paused')`",
    planted: "from sync_runs where (tenant_id = ? or true) and state in ('running', 'paused')`",
    tests: SYNC,
  },
  {
    name: 'retention shrinks plans whose run has just ended',
    file: `${SQL}/sync/plans.ts`,
    text: '(r.finished is null or r.finished >= ?)',
    planted: '(r.finished is null or r.finished < ?)',
    tests: ['src/sync/retention/shrink.test.ts'],
  },
  {
    name: 'retention shrinks open plans',
    file: `${SQL}/sync/plans.ts`,
    text: 'and runs_before <> (select count(*)',
    planted: 'and runs_before = (select count(*)',
    tests: ['src/sync/retention/shrink.test.ts'],
  },
  {
    name: 'retention leaves the index of a plan',
    file: `${SQL}/sync/plans.ts`,
    text: "  ['sync_plan_index', ['key', 'first']],\n",
    planted: '',
    tests: ['src/sync/retention/shrink.test.ts'],
  },
  {
    name: 'discarding plans discards those of all tenants',
    file: `${SQL}/sync/plans.ts`,
    text: ".where({ tenant_id: tenantId }).whereIn('state', ['open', 'making'])",
    planted: ".whereIn('state', ['open', 'making'])",
    tests: SYNC,
  },
  {
    name: 'a line is settled twice',
    file: `${SQL}/sync/lines.ts`,
    text: 'and ${listed.sql} and ${UNSETTLED}`',
    planted: 'and ${listed.sql}`',
    tests: [`${SQL}/sync/lines-contract.test.ts`, ...SYNC],
  },
  {
    name: 'a line is confirmed that needs no confirmation',
    file: `${SQL}/sync/lines.ts`,
    text: 'plan_id: planId, number, needs_confirmation: true })',
    planted: 'plan_id: planId, number })',
    tests: [`${SQL}/sync/lines-contract.test.ts`, ...SYNC],
  },
  {
    name: 'activity is pruned of all tenants',
    file: `${SQL}/activity/store.ts`,
    text: "['tenant_id = ? and ', [tenantId]]",
    planted: "['(tenant_id = ? or true) and ', [tenantId]]",
    tests: ACTIVITY,
  },
  {
    name: 'activity is pruned that is young',
    file: `${SQL}/activity/store.ts`,
    text: 'where ${own}id < ? order by id limit ${most}`',
    planted: 'where ${own}id > ? order by id limit ${most}`',
    tests: ACTIVITY,
  },
  {
    name: 'forgetting a person takes the entries of all tenants',
    file: `${SQL}/activity/store.ts`,
    text: "('activity').where({ tenant_id: tenantId }).limit(most)",
    planted: "('activity').limit(most)",
    tests: ACTIVITY,
  },
  {
    name: 'an entry of another tenant is found by its id',
    file: `${SQL}/activity/store.ts`,
    text: "'select * from activity where tenant_id = ? and id = ?'",
    planted: "'select * from activity where (tenant_id = ? or true) and id = ?'",
    tests: ACTIVITY,
  },
  {
    name: 'the last admin token can be revoked',
    file: `${SQL}/access/admin-tokens.ts`,
    text: 'waysIn.length === 1',
    planted: 'waysIn.length === 0',
    tests: ['src/access/admin-tokens.test.ts', 'src/http/admin/admin-tokens.test.ts'],
  },
];
