import type { Request, RequestHandler } from 'express';
import type { ConsoleReply, ConsoleRequest } from '../console/request.js';
import { ScimError } from '../protocol/scim-error.js';
import type { RequestNotes } from './router/operation.js';

/** Bytes of a form; the longest has a name, a reason and a few ids. */
const MOST_FORM = 65_536;

/**
 * Serves pages for people: reads requests for them from HTTP and writes their answers.
 * @param addressOf whose request it is
 */
export function pages(
  answer: (request: ConsoleRequest) => Promise<ConsoleReply>,
  addressOf: (request: Request) => string,
): RequestHandler {
  return (request, response, next) => {
    const notes = response.locals['notes'] as RequestNotes;
    const answered = async (): Promise<void> => {
      const { status, headers, body, operation } = await answer({
        ...asked(request, notes.requestId, addressOf(request)),
        form: new URLSearchParams(request.method === 'POST' ? await textOf(request) : ''),
      });
      notes.operationId = operation;
      response.status(status).set(headers).end(body);
    };
    answered().catch(next);
  };
}

function asked(request: Request, requestId: string, address: string): Omit<ConsoleRequest, 'form'> {
  const mark = request.url.indexOf('?');
  const { cookie, host, origin, 'sec-fetch-site': site } = request.headers;
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark)),
    headers: { cookie, host, origin, 'sec-fetch-site': typeof site === 'string' ? site : undefined },
    address,
    requestId,
  };
}

/** @throws ScimError 413 for a form that is too long */
async function textOf(request: Request): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_FORM) throw new ScimError(413, 'The form is too long.', { headers: { Connection: 'close' } });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
