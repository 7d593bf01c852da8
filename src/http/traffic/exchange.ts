import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestNotes } from '../router/operation.js';

/** Serves requests, in Express or without it; calls `next` with what it cannot answer. */
export type Serve = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** What goes with an answer, where Express keeps such things. */
interface Locals {
  notes?: RequestNotes;
  /** Headers that every answer has and that are not set yet: names and values, one after the other. */
  headers?: readonly string[];
}

type Noted = ServerResponse & { locals?: Locals };

/** Begins the answer to a request: it has these notes from now on. */
export function beginAnswer(response: Noted, locals: Required<Locals>): void {
  response.locals = locals;
}

/** The notes of the request that is answered. */
export const notesOf = (response: Noted): RequestNotes => response.locals?.notes as RequestNotes;

/** Sets the headers that every answer has, for those that set theirs one by one. */
export function setCommonHeaders(response: Noted): void {
  const headers = commonHeaders(response);
  for (let index = 0; index < headers.length; index += 2) {
    response.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
  }
  if (response.locals !== undefined) response.locals.headers = [];
}

/** The headers that every answer has, for whoever writes all headers at once; none where they are set already. */
export const commonHeaders = (response: Noted): readonly string[] => response.locals?.headers ?? [];
