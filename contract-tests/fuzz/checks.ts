import type { Operation, PromisedAnswer } from '../document/contract.js';
import type { Requests } from '../document/requests.js';
import { unpromised } from '../dredd/promise.js';
import { atPointer, parseJson, type Json } from '../../tools/entra-client/json.js';
import { faultsBySchema } from './json-schema.js';
import type { Answer } from './send.js';

/** What every answer is held to, by names that the tests of this tool use. */
export type Check =
  | 'no server error'
  | 'documented status'
  | 'media type'
  | 'headers'
  | 'body'
  | 'version and location'
  | 'allowed is done'
  | 'forbidden is refused'
  | 'refused changes nothing'
  | 'created comes back'
  | 'created is found'
  | 'deleted is gone';

export interface Fault {
  readonly check: Check;
  readonly what: string;
}

export const fault = (check: Check, what: string): readonly Fault[] => [{ check, what }];

/** What is wrong with an answer by itself, whatever was asked. */
export function faultsOf(answer: Answer, operation: Operation | undefined, requests: Requests): readonly Fault[] {
  // 501 is the whole answer of operations that are not supported
  if (answer.status >= 500 && answer.status !== 501) return fault('no server error', `the status is ${answer.status}`);
  const promise = operation === undefined ? unknownMethod(requests) : operation.answers.get(String(answer.status));
  if (promise?.status !== String(answer.status)) {
    return fault('documented status', `${answer.status} is not documented`);
  }
  return [
    ...mediaTypeFaults(answer, promise),
    ...promise.headers.flatMap((name) => missingHeader(answer, name)),
    ...bodyFaults(answer, promise),
    ...identityFaults(answer),
  ];
}

/** The documents say in words that a method which a path does not have is 405, with a body like other errors. */
function unknownMethod({ contract, errorSchema }: Requests): PromisedAnswer {
  const types = contract.operations.flatMap(({ answers }) => answers.get('401')?.mediaType ?? []);
  const bodySchema = JSON.stringify(errorSchema);
  return { status: '405', mediaType: types[0], bodySchema, headers: ['Allow'], scimTypes: [] };
}

function mediaTypeFaults(answer: Answer, { mediaType }: PromisedAnswer): readonly Fault[] {
  const given = answer.headers['content-type'];
  if (mediaType === undefined || answer.body === '') return [];
  const [type, parameter = 'charset=utf-8'] = (given ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === mediaType && parameter === 'charset=utf-8') return [];
  return fault('media type', `the media type is ${given ?? 'not told'}, not ${mediaType}`);
}

const missingHeader = ({ headers }: Answer, name: string): readonly Fault[] =>
  (headers[name.toLowerCase()] ?? '') === '' ? fault('headers', `the header ${name} is missing`) : [];

function bodyFaults(answer: Answer, promise: PromisedAnswer): readonly Fault[] {
  const isJson = /^application\/(?:[\w.-]+\+)?json$/u.test(promise.mediaType ?? '');
  // a text of no lines is one
  if (answer.body === '' && promise.mediaType !== undefined && !isJson) return [];
  const body = answer.body === '' ? {} : { body: answer.body };
  const found = unpromised(promise, { statusCode: answer.status, headers: { ...answer.headers }, ...body });
  if (found.length > 0) return found.flatMap((what) => fault('body', what));
  if (promise.bodySchema === undefined) return [];
  const value = isJson ? parseJson(answer.body) : answer.body;
  return faultsBySchema(promise.bodySchema, value).flatMap((what) => fault('body', what));
}

/** The documents have `ETag` be `meta.version`, and `Location` be `meta.location`. */
function identityFaults(answer: Answer): readonly Fault[] {
  const body = parseJson(answer.body);
  const pairs = [
    ['etag', atPointer(body, '/meta/version')],
    ['location', atPointer(body, '/meta/location')],
  ] as const;
  return pairs
    .filter((pair) => differ(answer.headers[pair[0]], pair[1]))
    .flatMap(([name, value]) =>
      fault(
        'version and location',
        `the header ${name} is ${answer.headers[name] ?? ''}, meta has ${JSON.stringify(value)}`,
      ),
    );
}

const differ = (header: string | undefined, member: Json | undefined): boolean =>
  header !== undefined && member !== undefined && header !== member;
