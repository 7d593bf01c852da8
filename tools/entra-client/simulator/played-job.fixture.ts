import type { JsonObject } from '../json.js';
import { virtualClock, type Clock } from './clock.js';
import { Directory } from './company/directory.js';
import { ProvisioningJob } from './job.js';
import { DEFAULT_SETTINGS, type ProvisioningSettings } from './settings.js';
import type { Send, WireAnswer, WireRequest } from './wire/wire.js';

/** What a server answers instead of its own answer; undefined if it gives its own. */
export type Interruption = (request: WireRequest) => WireAnswer | undefined;

export const answer = (status: number, body?: JsonObject, headers: Record<string, string> = {}): WireAnswer => ({
  status,
  headers,
  text: body === undefined ? '' : JSON.stringify(body),
});

export const listOf = (...resources: readonly JsonObject[]): WireAnswer =>
  answer(200, { totalResults: resources.length, Resources: resources });

/** A server that stores what is created, finds nobody by a filter, and acknowledges everything else without doing it. */
export function forgetfulServer(interruption: Interruption = () => undefined): Send {
  const stored = new Map<string, JsonObject>();
  return async (request) => {
    const interrupted = interruption(request);
    if (interrupted !== undefined) return interrupted;
    const { method, path, body = {} } = request;
    const [, endpoint = '', id] = path.split(/[/?]/);
    if (method === 'POST') {
      const created = { ...body, id: `id-${stored.size + 1}` };
      stored.set(`${endpoint} ${created.id}`, created);
      return answer(201, created);
    }
    if (method !== 'GET') return answer(204);
    const found = stored.get(`${endpoint} ${id ?? ''}`);
    if (found !== undefined) return answer(200, found);
    return path.includes('filter=') ? listOf() : answer(404);
  };
}

/** A job whose requests are kept. */
export interface PlayedJob {
  readonly job: ProvisioningJob;
  readonly directory: Directory;
  readonly clock: Clock;
  /** What has been sent since this was called last. */
  readonly sent: () => readonly WireRequest[];
}

/** A job against a server, with a probe that always asks for the same. */
export function playedJob(settings: Partial<ProvisioningSettings> = {}, server: Send = forgetfulServer()): PlayedJob {
  const [directory, clock] = [new Directory(), virtualClock()];
  let requests: WireRequest[] = [];
  const send: Send = (request) => {
    requests.push(request);
    return server(request);
  };
  const all = { ...DEFAULT_SETTINGS, ...settings };
  const job = new ProvisioningJob({ directory, clock, send, settings: all, guid: () => 'guid' });
  const sent = (): readonly WireRequest[] => {
    const before = requests;
    requests = [];
    return before;
  };
  return { job, directory, clock, sent };
}

/** Requests as `GET /Users/1`. */
export const lines = (requests: readonly WireRequest[]): readonly string[] =>
  requests.map(({ method, path }) => `${method} ${path}`);

/** The operations of the PATCH requests. */
export const operations = (requests: readonly WireRequest[]): readonly unknown[] =>
  requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body?.['Operations']);
