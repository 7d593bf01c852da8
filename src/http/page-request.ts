import type { Request, RequestHandler, Response } from 'express';
import type { EventStream } from '../console/live/event-stream.js';
import type { ConsoleReply, ConsoleRequest } from '../console/request.js';
import { readForm } from './form-body.js';
import { sendEvents } from './page-events.js';
import { sendReply } from './router/send-reply.js';
import { notesOf } from './traffic/exchange.js';
import type { MemoryRoom } from './traffic/memory-room.js';

/** Bytes of a form; the longest has a name, a reason and a few ids. */
const MOST_FORM = 65_536;

/**
 * Serves pages for people: reads requests for them from HTTP and writes their answers.
 * @param addressOf whose request it is
 * @param room what streams of events are counted in
 */
export function pages(
  answer: (request: ConsoleRequest) => Promise<ConsoleReply>,
  addressOf: (request: Request) => string,
  room?: MemoryRoom,
): RequestHandler {
  return (request, response, next) => {
    const notes = notesOf(response);
    const answered = async (): Promise<void> => {
      const {
        status,
        headers,
        cookies = [],
        body,
        operation,
      } = await answer({
        ...asked(request, notes.requestId, addressOf(request)),
        form: request.method === 'POST' ? await readForm(request, MOST_FORM) : new URLSearchParams(),
      });
      notes.operationId = operation;
      if (cookies.length > 0) response.set('Set-Cookie', [...cookies]);
      if (typeof body === 'string') response.status(status).set(headers).end(body);
      else if ('open' in body) answerEvents(request, response, { headers, stream: body, room });
      else if (request.method === 'HEAD') response.status(status).set(headers).end();
      else await sendPieces(response, headers, body);
    };
    answered().catch(next);
  };
}

/** Events, or their headers alone. @throws ScimError 503 where there is no room */
function answerEvents(
  request: Request,
  response: Response,
  { headers, stream, room }: Pick<ConsoleReply, 'headers'> & { stream: EventStream; room: MemoryRoom | undefined },
): void {
  if (request.method !== 'HEAD' && room !== undefined) {
    sendEvents(response, headers, { stream, room });
    return;
  }
  stream.closed();
  response.status(200).set(headers).end();
}

/** @throws what a piece fails with, when the connection has been cut */
function sendPieces(
  response: Response,
  { 'Content-Type': type = '', ...headers }: ConsoleReply['headers'],
  body: AsyncIterable<string>,
): Promise<void> {
  return sendReply(response, { type, indented: false }, { status: 200, headers, type, body });
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

function asked(request: Request, requestId: string, address: string): Omit<ConsoleRequest, 'form'> {
  const mark = request.url.indexOf('?');
  const { cookie, host, origin, 'sec-fetch-site': site, 'last-event-id': last } = request.headers;
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark)),
    headers: { cookie, host, origin, 'sec-fetch-site': oneOf(site), 'last-event-id': oneOf(last) },
    address,
    requestId,
  };
}
