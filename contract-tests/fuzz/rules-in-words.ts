import { atPointer, isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';

/** A request as far as a rule looks at it. */
export interface Asked {
  /** Its `operationId`. */
  readonly operation: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
}

/** Why a request is refused although the schemas allow it. */
export interface RuleInWords {
  readonly status: number;
  /** Undefined where the rule goes with any `scimType`, or none. */
  readonly scimTypes?: readonly string[];
  /** What a document says, to the letter. */
  readonly says: string;
  readonly applies: (asked: Asked) => boolean;
}

/** What selects the holds that are released together. */
const RELEASED_BY = ['all', 'runId', 'planId', 'filter'];

/**
 * The rules that the documents say in words only, since no schema can. A request that the schemas allow and that is refused
 * for none of them is a fault, of the server or of the document.
 */
export const RULES_IN_WORDS: readonly RuleInWords[] = [
  {
    status: 404,
    says: 'An unknown id is answered 404.',
    applies: ({ query }) => Object.hasOwn(query, 'with'),
  },
  {
    status: 404,
    says: 'who is gone is found by the `id`',
    applies: ({ query }) => Object.hasOwn(query, 'resource'),
  },
  {
    status: 404,
    says: '404 where the tenant has no link.',
    applies: ({ operation }) => ['getSetupLink', 'renewSetupLink', 'revokeSetupLink'].includes(operation),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'name one of `all`, `runId`, `planId` and `filter`',
    applies: ({ body }) => isObject(body) && RELEASED_BY.filter((name) => body[name] !== undefined).length !== 1,
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'true on one element at most',
    applies: ({ body }) => anywhere(body, (value) => isArray(value) && value.filter(isPrimary).length > 1),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: '512 characters, 2,000 bytes of UTF-8',
    applies: ({ body }) => anywhere(body, (value) => typeof value === 'string' && Buffer.byteLength(value) > 2_000),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'Certificates, each as base64 of its DER form.',
    applies: ({ body }) =>
      anywhere(body, (value) => isObject(value) && member(value, 'x509certificates') !== undefined),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'White space alone is 400 `invalidValue`.',
    applies: ({ body }) =>
      isObject(body) &&
      ['username', 'displayname'].some((name) => {
        const value = member(body, name);
        return typeof value === 'string' && value.trim() === '';
      }),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'White space alone is 400 `invalidValue`.',
    applies: ({ body }) =>
      anywhere(
        body,
        (value) => isObject(value) && ['username', 'displayname'].some((name) => isBlank(member(value, name))),
      ),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'a member does not exist',
    applies: ({ body }) => anywhere(body, (value) => isObject(value) && isArray(member(value, 'members'))),
  },
  {
    status: 400,
    scimTypes: ['invalidPath', 'invalidFilter', 'noTarget', 'invalidValue', 'mutability'],
    says: 'a value that does not suit its attribute',
    applies: ({ body }) => isObject(body) && member(body, 'operations') !== undefined,
  },
  {
    status: 400,
    scimTypes: ['invalidFilter'],
    says: 'What cannot be read is 400 `invalidFilter`',
    applies: (asked) => isAsked(asked, 'filter'),
  },
  {
    status: 400,
    scimTypes: ['invalidPath', 'invalidValue'],
    says: 'The attribute to sort by (RFC 7644, section 3.4.2.3).',
    applies: (asked) => isAsked(asked, 'sortBy'),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: '(`attributes` or `excludedAttributes` is malformed, or both were sent)',
    applies: (asked) => isAsked(asked, 'attributes') || isAsked(asked, 'excludedAttributes'),
  },
  {
    status: 400,
    scimTypes: ['invalidCursor', 'invalidCount', 'invalidValue'],
    says: 'A cursor of another query is 400 `invalidCursor`.',
    applies: (asked) => isAsked(asked, 'cursor'),
  },
  {
    status: 403,
    says: 'Not supported here. Any value is 403',
    applies: ({ query }) => Object.hasOwn(query, 'filter'),
  },
  {
    status: 304,
    says: 'Otherwise GET is answered 304',
    applies: ({ headers }) => Object.hasOwn(headers, 'If-None-Match'),
  },
  {
    status: 412,
    says: 'Otherwise the answer is 412.',
    applies: ({ headers }) => Object.hasOwn(headers, 'If-Match') || Object.hasOwn(headers, 'If-None-Match'),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'A cursor that was not given out',
    applies: ({ query }) => Object.hasOwn(query, 'after'),
  },
  {
    status: 400,
    scimTypes: ['invalidValue', 'invalidSyntax'],
    says: 'The definition cannot be accepted',
    applies: ({ body }) => isObject(body) && isArray(body['attributes']),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'White space around it is removed, and it must not be empty; control characters and secret tokens in it are 400',
    applies: ({ body }) => isObject(body) && ['name', 'label'].some((name) => !isPlain(body[name] ?? 'x')),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: '`scim.write` alone is 400 `invalidValue`',
    applies: ({ body }) => isObject(body) && isArray(body['scopes']) && !body['scopes'].includes('scim.read'),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'Without a secret, nothing could expire: 400 `invalidValue`.',
    applies: ({ operation, body }) =>
      operation === 'createOAuthClient' && isObject(body) && body['withSecret'] === false && isText(body['expiresAt']),
  },
  {
    status: 400,
    scimTypes: ['invalidValue'],
    says: 'What belongs to another kind, a key that cannot be read, and an issuer that cannot be are 400 `invalidValue`.',
    applies: ({ operation }) => operation === 'addOAuthCredential',
  },
  {
    status: 409,
    says: 'Another admin token has or had the label (`uniqueness`), or 100 are valid.',
    applies: ({ operation }) => operation === 'createAdminToken',
  },
  {
    status: 409,
    says: 'would change the type of an attribute',
    applies: ({ body }) => isObject(body) && isArray(body['attributes']),
  },
];

const isText = (value: Json | undefined): boolean => typeof value === 'string';

const isBlank = (value: Json | undefined): boolean => typeof value === 'string' && value.trim() === '';

const isPlain = (value: Json): boolean =>
  typeof value !== 'string' || (value.trim() !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value.trim()));

/**
 * A body that keeps the rules in words, made from one that keeps those of the schemas, so that requests are not refused for
 * the same few reasons over and over.
 * @param ids the ids of the resources that there are
 */
export function obeying(body: Json, ids: readonly string[]): Json {
  if (isArray(body)) return withOnePrimary(body.map((element) => obeying(element, ids)));
  if (!isObject(body)) return body;
  const members = Object.entries(body).map(([name, value]) => [name, obeyingMember(name, value, ids)] as const);
  // the URN of a schema stands in the address as well
  return Object.fromEntries(members.filter(([name]) => name !== 'id' || !isArray(body['attributes'])));
}

/** The same for a query: of parameters that exclude each other it has one. */
export function obeyingQuery(query: Asked['query']): Asked['query'] {
  const isCursor = Object.hasOwn(query, 'cursor');
  const excluded = [
    ...(Object.hasOwn(query, 'attributes') ? ['excludedAttributes'] : []),
    ...(isCursor ? ['startIndex'] : []),
  ];
  return Object.fromEntries(Object.entries(query).filter(([name]) => !excluded.includes(name)));
}

function obeyingMember(name: string, value: Json, ids: readonly string[]): Json {
  if (!isArray(value)) return obeying(value, ids);
  if (name === 'members') return value.filter((each) => isObject(each) && ids.some((id) => id === each['value']));
  if (name === 'x509Certificates') return obeying(value.map(withCertificate), ids);
  return obeying(value, ids);
}

const withCertificate = (element: Json): Json =>
  isObject(element) && typeof element['value'] === 'string'
    ? { ...element, value: Buffer.from(element['value']).toString('base64') }
    : element;

function withOnePrimary(elements: readonly Json[]): readonly Json[] {
  const first = elements.find(isPrimary);
  return elements.map((element) =>
    isObject(element) && isPrimary(element) && element !== first ? { ...element, primary: false } : element,
  );
}

/** Whether the document says of a text that white space around it does not stay. */
export const isTrimmed = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && description.includes('White space around it is dropped');

/** The URN that a list has to name: not each of its elements may be another one. */
export function mustName({ not }: JsonObject): string | undefined {
  const named = not === undefined ? undefined : atPointer(not, '/items/not/enum/0');
  return typeof named === 'string' ? named : undefined;
}

/** The members that an object must have unless it is as `not` describes it; having them is always allowed. */
export function mustHave({ not }: JsonObject): readonly Json[] {
  const named = not === undefined ? undefined : atPointer(not, '/not/required');
  return isArray(named) ? named : [];
}

/** Whether the document says of a value that it is the `id` of a resource. */
export const isReference = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && description.startsWith('The `id` of ');

/** Whether the document says of a value that it names something, which may not be there. */
export const isName = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && description.includes('by its id');

/** Whether the document says of an attribute in a request that the server does not heed it. */
export const isIgnored = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && /^(?:Ignored|Read-only|Accepted and discarded)\b/u.test(description);

/** Whether the document says of an attribute that it is true where a client gives it no value. */
export const isTrueUnlessSaid = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && description.includes('True unless the client said otherwise');

/** Whether the document says of a body that its names may be spelled in any case. */
export const isCaseless = ({ description }: JsonObject): boolean =>
  typeof description === 'string' && /Names\s+are\s+matched\s+without\s+regard\s+to\s+case/u.test(description);

/** Whether a query, or a message in its place, has a parameter. */
const isAsked = ({ query, body }: Asked, name: string): boolean =>
  Object.hasOwn(query, name) || (isObject(body) && (member(body, name.toLowerCase()) ?? null) !== null);

const isPrimary = (value: Json): boolean =>
  isObject(value) && /^(?:true|"true"|\[true\]|\["true"\])$/iu.test(JSON.stringify(member(value, 'primary') ?? null));

/** @param name in lower case */
const member = (object: JsonObject, name: string): Json | undefined =>
  Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];

function anywhere(value: Json | undefined, holds: (value: Json) => boolean): boolean {
  if (value === undefined) return false;
  if (holds(value)) return true;
  if (isArray(value)) return value.some((element) => anywhere(element, holds));
  return isObject(value) && Object.values(value).some((inner) => anywhere(inner, holds));
}
