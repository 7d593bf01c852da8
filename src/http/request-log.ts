import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { TOKEN_PREFIX } from '../tenants/secret-token.js';
import type { Answered } from './activity-note.js';
import type { Metrics } from './metrics.js';
import type { RequestNotes } from './router/operation.js';

/** Begins what is noted of a request. */
type BeginNotes = (request: IncomingMessage, response: ServerResponse) => RequestNotes;

/** Told of each request that has ended; never throws. */
export type OnAnswered = (answered: Omit<Answered, 'address'>) => void;

/**
 * Gives each request an id, which its answer is to have as X-Request-Id; measures the request, and logs one line when it has ended.
 * A request that sends a usable id keeps it. The line has no address, no bodies and no other headers, because they contain
 * secret tokens and people's names.
 */
export function requestLog(logger: Logger, metrics: Metrics, onAnswered: OnAnswered): BeginNotes {
  return (request, response) => {
    const begun = performance.now();
    const notes: RequestNotes = { requestId: givenId(request.headers['x-request-id']) ?? randomUUID() };
    const { url = '' } = request;
    response.on('close', () => {
      for (const err of notes.faults ?? []) logger.error({ requestId: notes.requestId, err }, 'fault');
      const milliseconds = performance.now() - begun;
      metrics.observe({ operation: notes.operationId, status: response.statusCode, milliseconds });
      const { statusCode: status, writableFinished } = response;
      onAnswered({
        request,
        url,
        notes,
        status,
        cut: !writableFinished,
        microseconds: Math.round(milliseconds * 1000),
      });
      if (!logger.isLevelEnabled('info')) return;
      logger.info(
        {
          requestId: notes.requestId,
          tenant: notes.tenantId,
          operation: notes.operationId,
          method: request.method,
          status: response.statusCode,
          durationMs: Math.round(milliseconds * 1000) / 1000,
          rules: notes.rules,
          ...notes.refusal,
          ...(response.writableFinished ? {} : { cut: true }),
        },
        'request',
      );
    });
    return notes;
  };
}

/** The id that a client gave its request: 1 to 128 plain characters. A secret token in its place would end up in the log. */
function givenId(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || !/^[\w.:+/=@-]{1,128}$/u.test(header)) return undefined;
  return header.includes(TOKEN_PREFIX) ? undefined : header;
}
