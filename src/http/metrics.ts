import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Authenticate } from './authentication.js';
import { secretOf } from './authentication.js';

/** The labels of a request in the histogram. Not the tenant: the number of tenants has no bound. */
interface Measured {
  readonly operation: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
}

/** The metrics of this process, in the Prometheus text format. */
export interface Metrics {
  observe(measured: Measured): void;
  /** Serves `/metrics` to the operator. */
  readonly route: RequestHandler;
}

/** Collects Node's own metrics and the duration of requests by operation and status. */
export function createMetrics(authenticateOperator: Authenticate): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'scim_request_duration_seconds',
    help: 'Duration of requests by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return {
    observe: ({ operation = 'none', status, milliseconds }) => {
      duration.observe({ operation, status }, milliseconds / 1000);
    },
    route: (request, response, next) => {
      const shown = async (): Promise<void> => {
        await authenticateOperator(secretOf(request, new URLSearchParams(), false));
        response.type(registry.contentType).send(await registry.metrics());
      };
      shown().catch(next);
    },
  };
}
