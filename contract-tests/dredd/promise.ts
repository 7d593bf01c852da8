import type { PromisedAnswer } from '../document/contract.js';
import { parseJson } from '../../tools/entra-client/json.js';
import type { Transaction } from './transaction.js';

type Answer = NonNullable<Transaction['real']>;

/** What Dredd is to expect of an answer that the document promises. */
export function expectedOf(promise: PromisedAnswer): Transaction['expected'] {
  const headers = Object.fromEntries(promise.headers.map((name) => [name, '']));
  return {
    statusCode: promise.status,
    headers: promise.mediaType === undefined ? headers : { ...headers, 'Content-Type': promise.mediaType },
    ...(promise.bodySchema === undefined ? {} : { bodySchema: promise.bodySchema }),
  };
}

/** Takes `charset=utf-8` off the media type, which Dredd compares to the letter; any other parameter stays, and fails. */
export function dropCharset(answer: Answer): void {
  const type = answer.headers['content-type'];
  if (type === undefined) return;
  const [mediaType = '', parameter = ''] = type.split(';').map((part) => part.trim());
  if (parameter.toLowerCase() === 'charset=utf-8') answer.headers['content-type'] = mediaType;
}

/** What is wrong with an answer that Dredd does not look at: a body that must not be, an error about another status. */
export function unpromised(promise: PromisedAnswer, answer: Answer): readonly string[] {
  if (promise.mediaType === undefined) return answer.body === undefined ? [] : ['the answer must not have a body'];
  if (answer.body === undefined) return ['the answer has no body'];
  const body = parseJson(answer.body);
  if (answer.statusCode < 400) return [];
  const status = typeof body === 'object' && body !== null && 'status' in body ? body.status : undefined;
  return status === String(answer.statusCode) ? [] : ['the error tells another status than the answer'];
}
