import { request as sendHttp } from 'node:http';
import { request as sendHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { FilledRequest } from '../recording/in-play.js';

/** An answer of the server: status, headers and text. */
export interface Answer {
  readonly status: number;
  /** Without parameters and in lower case; empty if there is none. */
  readonly mediaType: string;
  readonly text: string;
}

/**
 * Sends one request exactly as it is: no URL is normalized and no header added but those that HTTP itself needs.
 * @param base the Tenant URL
 * @param timeout milliseconds of silence after which the request is given up
 * @throws Error if there is no answer, or none in time.
 */
export function send(base: string, request: FilledRequest, timeout: number): Promise<Answer> {
  const { protocol, hostname, port, pathname } = new URL(base);
  const path = `${pathname.replace(/\/$/, '')}${request.path}`;
  const headers = { ...request.headers, ...lengthOf(request.body) };
  const method = request.method;
  return new Promise((resolve, reject) => {
    const options = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path, method, headers, timeout };
    const sent = (protocol === 'https:' ? sendHttps : sendHttp)(options, (response) => {
      const mediaType = (response.headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, mediaType, text: body });
      }, reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`there was no answer within ${timeout} ms`)));
    sent.on('error', reject);
    sent.end(request.body);
  });
}

const lengthOf = (body: string | undefined): Readonly<Record<string, number>> =>
  body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
