import { isObject, parseJson, type Json } from '../../tools/entra-client/json.js';
import type { Alteration, Answer } from '../server/altering-proxy.js';
import type { Check } from './checks.js';

/** A fault of a server, which a proxy makes out of the answers of one that has it not. */
export interface FaultyServer {
  /** What it does wrong. */
  readonly does: string;
  /** The check that has to find it. */
  readonly check: Check;
  /** A proxy's alteration, new for each run. */
  readonly alteration: () => Alteration;
}

type Change = (answer: Answer) => Answer;

/** Alters the answers of one status to requests that begin so. */
const on =
  (request: string, status: number, change: Change): FaultyServer['alteration'] =>
  () =>
  (asked, answer) =>
    asked.startsWith(request) && answer.status === status ? change(answer) : answer;

const withStatus =
  (status: number): Change =>
  (answer) => ({ ...answer, status });

const withHeader =
  (name: string, value: string | undefined): Change =>
  (answer) => ({ ...answer, headers: { ...answer.headers, [name]: value } });

const withMember =
  (name: string, value: Json): Change =>
  (answer) => {
    const body = parseJson(answer.body);
    return isObject(body) ? { ...answer, body: JSON.stringify({ ...body, [name]: value }) } : answer;
  };

function refusing(status: number, scimType: string): Change {
  const error = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    scimType,
    detail: 'No.',
  };
  return ({ headers }) => ({ status, headers, body: JSON.stringify(error) });
}

/** Lets anybody delete. */
const openToAll = (): Alteration => (asked, answer) =>
  answer.status === 401 && /^DELETE \/scim\/(?:Users|Groups)\//u.test(asked)
    ? { status: 204, headers: { 'x-request-id': answer.headers['x-request-id'] ?? '' }, body: '' }
    : answer;

/** Answers with the last state of what is gone. */
function remembering(): Alteration {
  const last = new Map<string, Answer>();
  return (asked, answer) => {
    if (!asked.startsWith('GET /scim/Users/')) return answer;
    if (answer.status === 200) last.set(asked, answer);
    return answer.status === 404 ? (last.get(asked) ?? answer) : answer;
  };
}

const GET_USER = 'GET /scim/Users/';
const FIND = 'GET /scim/Users?filter=id+eq';
const CREATE = 'POST /scim/Users';

export const FAULTY_SERVERS: readonly FaultyServer[] = [
  { does: 'fails', check: 'no server error', alteration: on(CREATE, 201, withStatus(500)) },
  { does: 'answers with another status', check: 'documented status', alteration: on(CREATE, 201, withStatus(202)) },
  {
    does: 'answers with another media type',
    check: 'media type',
    alteration: on(GET_USER, 200, withHeader('content-type', 'text/html')),
  },
  { does: 'leaves out a header', check: 'headers', alteration: on(CREATE, 201, withHeader('location', undefined)) },
  { does: 'answers with another type', check: 'body', alteration: on(CREATE, 201, withMember('id', 7)) },
  { does: 'tells another status in an error', check: 'body', alteration: on(CREATE, 400, withMember('status', '409')) },
  {
    does: 'has another version in the header',
    check: 'version and location',
    alteration: on(GET_USER, 200, withHeader('etag', 'W/"99"')),
  },
  {
    does: 'refuses what the document allows',
    check: 'allowed is done',
    alteration: on(CREATE, 201, refusing(400, 'invalidSyntax')),
  },
  { does: 'takes what the document forbids', check: 'forbidden is refused', alteration: openToAll },
  {
    does: 'refuses, and does it all the same',
    check: 'refused changes nothing',
    alteration: on(CREATE, 201, refusing(409, 'uniqueness')),
  },
  {
    does: 'loses the version of a write',
    check: 'created comes back',
    alteration: on(CREATE, 201, (answer) => withHeader('etag', 'W/"99"')(withMember('meta', {})(answer))),
  },
  {
    does: 'stores another value',
    check: 'created comes back',
    alteration: on(GET_USER, 200, withMember('userName', 'somebody else')),
  },
  {
    does: 'stores what was not sent',
    check: 'created comes back',
    alteration: on(GET_USER, 200, withMember('title', 'Sir')),
  },
  {
    does: 'does not find what it has',
    check: 'created is found',
    alteration: on(FIND, 200, withMember('Resources', [])),
  },
  { does: 'keeps what was deleted', check: 'deleted is gone', alteration: remembering },
];
