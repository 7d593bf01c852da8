import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RecorderState } from '../activity/recorder.js';
import { ALERT_KINDS } from '../model/alert/alert.js';
import type { AlertCounts } from '../storage/alerts/alert-store.js';
import type { Lane, StorageState } from '../storage/storage-state.js';
import { secretOf, type AuthenticateRequest } from './authentication.js';

/** The labels of a request in the histogram. Not the tenant: the number of tenants has no bound. */
interface Measured {
  readonly operation: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
}

/** Why a request was answered 429, or 503 before any work on it. */
export type Refusal = (typeof REFUSALS)[number];

const REFUSALS = ['rate', 'failed authentications', 'memory'] as const;

/** The metrics of this process, in the Prometheus text format. */
export interface Metrics {
  observe(measured: Measured): void;
  readonly refused: (refusal: Refusal) => void;
  /** Says from now on how many bytes requests and answers under way hold. */
  watchMemory(bytes: () => number): void;
  /** Says from now on what the activity log has not written. */
  watchActivity(state: () => RecorderState): void;
  /** Says from now on what the database was asked. */
  watchStorage(state: () => StorageState): void;
  /** Says from now on how many alerts there are; where the database does not answer, how many there were. */
  watchAlerts(counts: () => Promise<AlertCounts>): void;
  /** Serves `/metrics` to the operator. */
  readonly route: RequestHandler;
}

/** Collects Node's own metrics and the duration of requests by operation and status. */
export function createMetrics(authenticateOperator: AuthenticateRequest): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'scim_request_duration_seconds',
    help: 'Duration of requests by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'scim_requests_refused_total',
    help: 'Requests answered 429, or 503 for want of memory, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  // The first refusal counts in a rate only where there was a 0 before it.
  for (const reason of REFUSALS) refusals.inc({ reason }, 0);
  const durationOf = childrenOf(duration);
  return {
    refused: (reason) => {
      refusals.inc({ reason });
    },
    watchMemory: (bytes) => {
      gauge(registry, 'scim_memory_under_way_bytes', 'Bytes that requests and answers under way hold', bytes);
    },
    watchActivity: (state) => {
      gauge(registry, 'scim_activity_waiting', 'Entries of the activity log not written yet', () => state().waiting);
      gauge(registry, 'scim_activity_dropped', 'Entries of the activity log given up', () => state().dropped);
    },
    watchStorage: (state) => {
      storageMetrics(registry, state);
    },
    watchAlerts: (counts) => {
      alertMetrics(registry, counts);
    },
    observe: ({ operation = 'none', status, milliseconds }) => {
      durationOf(operation, status).observe(milliseconds / 1000);
    },
    route: (request, response, next) => {
      const shown = async (): Promise<void> => {
        await authenticateOperator(secretOf(request, new URLSearchParams(), false), request);
        response.type(registry.contentType).send(await registry.metrics());
      };
      shown().catch(next);
    },
  };
}

/**
 * The children of a histogram by operation and status: prom-client itself would make a key of the labels, and a copy, for every
 * request. There are as many as the documents have operations and statuses.
 */
function childrenOf(histogram: Histogram<'operation' | 'status'>) {
  const children = new Map<string, Map<number, Histogram.Internal<'operation' | 'status'>>>();
  return (operation: string, status: number): Histogram.Internal<'operation' | 'status'> => {
    const ofOperation = children.get(operation) ?? new Map<number, Histogram.Internal<'operation' | 'status'>>();
    const child = ofOperation.get(status) ?? histogram.labels({ operation, status });
    children.set(operation, ofOperation.set(status, child));
    return child;
  };
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

const LANES: readonly Lane[] = ['lookup', 'walk', 'scan', 'write'];

/** What the database was asked, and what waited for it in vain, as the storage has counted it. */
function storageMetrics(registry: Registry, state: () => StorageState): void {
  const counted = { registers: [registry] };
  new Counter({
    ...counted,
    name: 'scim_storage_statements_total',
    help: 'Statements that the database was sent',
    collect() {
      this.reset();
      this.inc(state().statements);
    },
  });
  new Gauge({
    ...counted,
    name: 'scim_storage_waiting',
    help: 'Work that waits for its turn at the database, by queue',
    labelNames: ['queue'],
    collect() {
      for (const queue of LANES) this.set({ queue }, state().waiting[queue]);
    },
  });
  new Counter({
    ...counted,
    name: 'scim_storage_refused_total',
    help: 'Work that the database did not do, by queue: it waited too long or behind too much, or took longer than its budget',
    labelNames: ['queue', 'reason'],
    collect() {
      this.reset();
      const { refused, overBudget } = state();
      for (const queue of LANES) {
        this.inc({ queue, reason: 'wait' }, refused[queue]);
        this.inc({ queue, reason: 'budget' }, overBudget[queue]);
      }
    },
  });
}

/** Alerts by their kind, never by tenant: a series for each company would have no bound. */
function alertMetrics(registry: Registry, counts: () => Promise<AlertCounts>): void {
  const open = new Gauge({
    name: 'scim_alerts_open',
    help: 'Open alerts of all tenants, by kind',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      const counted = await counts().catch(() => undefined);
      if (counted === undefined) return;
      for (const kind of ALERT_KINDS) open.set({ kind }, counted.open[kind]);
      undelivered.set({ state: 'retrying' }, counted.undelivered.retrying);
      undelivered.set({ state: 'given_up' }, counted.undelivered.givenUp);
    },
  });
  const undelivered = new Gauge({
    name: 'scim_alert_messages_undelivered',
    help: 'Messages about alerts that the webhook has not accepted: those that are sent again, and those that were given up',
    labelNames: ['state'],
    registers: [registry],
  });
  for (const kind of ALERT_KINDS) open.set({ kind }, 0);
  for (const state of ['retrying', 'given_up']) undelivered.set({ state }, 0);
}
