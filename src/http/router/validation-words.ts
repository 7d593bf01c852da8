/** A fault that Ajv found: the keyword that was not kept, its value in the schema, and what is known besides. */
interface SchemaFault {
  readonly keyword: string;
  readonly schema?: unknown;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a value must be that does not match a pattern. A pattern itself is no help to anybody who reads an error. */
export const PATTERN_WORDS: Readonly<Record<string, string>> = {
  '^(default|off|[1-9]\\d{0,5}/[1-9]\\d{0,6})$':
    '"default", "off", or requests a second and the size of a burst, such as "100/1000"',
  '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$': 'true or false',
  '^([Aa][Dd][Dd]|[Rr][Ee][Mm][Oo][Vv][Ee]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee])$': '"add", "remove" or "replace"',
  '^([Aa][Ss][Cc]|[Dd][Ee][Ss][Cc])[Ee][Nn][Dd][Ii][Nn][Gg]$': '"ascending" or "descending"',
  '^[+-]?[0-9]{1,15}$': 'a whole number',
  '^[Uu][Rr][Nn]:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9](:[A-Za-z0-9_.~-]+)+$':
    'a URN such as urn:ietf:params:scim:schemas:extension:Contoso:2.0:User: letters, digits and ".", "_", "~", "-" between colons',
  '^(create|link|update|deactivate|reactivate|delete|conflict|held|add|remove)(,(create|link|update|deactivate|reactivate|delete|conflict|held|add|remove)){0,9}$':
    'at most ten of create, link, update, deactivate, reactivate, delete, conflict, held, add and remove, separated by commas',
  '^(planned|sent|applied|skipped|failed)(,(planned|sent|applied|skipped|failed)){0,4}$':
    'at most five of planned, sent, applied, skipped and failed, separated by commas',
  '^(ok|nothing|unchanged|refused|failed)(,(ok|nothing|unchanged|refused|failed)){0,4}$':
    'at most five of ok, nothing, unchanged, refused and failed, separated by commas',
  '^(set|changed|blanked)(,(set|changed|blanked)){0,2}$':
    'at most three of set, changed and blanked, separated by commas',
  '^(any|(accountDeleted|accountDeactivated|groupDeleted|groupLoses|valueBlanked|userNameChanged|conflict|linkUnconfirmed|failedBefore|undoneBefore)(,(accountDeleted|accountDeactivated|groupDeleted|groupLoses|valueBlanked|userNameChanged|conflict|linkUnconfirmed|failedBefore|undoneBefore)){0,9})$':
    'any, or at most ten of accountDeleted, accountDeactivated, groupDeleted, groupLoses, valueBlanked, userNameChanged, conflict, linkUnconfirmed, failedBefore and undoneBefore, separated by commas',
  '^[0-9]{1,9}\\.[0-9a-f]{16}$': 'what the page before gave as its next one',
  '^[0-9a-f]{16}$': 'the signature of a change, 16 characters as the groups of a plan have it',
  '^[0-9a-f]{64}$': "a plan's digest, 64 characters as the plan has it",
};

/** What a value must be that is not of a format. */
export const FORMAT_WORDS: Readonly<Record<string, string>> = {
  'date-time': 'a date and time with an offset, such as 2027-01-31T12:00:00Z',
  uri: 'a URI, such as https://contoso.example/',
  uuid: 'a UUID, such as 0198c5a2-7d1e-7c3a-9f2b-6a1d0e5b7c44',
};

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
};

type Words = (fault: SchemaFault) => string;

/** For each keyword of JSON Schema that the documents use: what the place that breaks it must do, as the end of a sentence. */
export const KEYWORD_WORDS: Readonly<Record<string, Words>> = {
  required: () => 'is missing; send it.',
  additionalProperties: () => 'does not exist; leave it out.',
  type: ({ schema }) => `must be ${typesInWords([schema])}.`,
  enum: ({ schema }) => `must be ${alternatives(listed(schema).filter(isSaid).map(quoted))}.`,
  pattern: ({ schema }) => `must be ${PATTERN_WORDS[String(schema)] ?? 'as /docs describes it'}.`,
  format: ({ schema }) => `must be ${FORMAT_WORDS[String(schema)] ?? 'as /docs describes it'}.`,
  minLength: ({ schema }) => (schema === 1 ? 'must not be empty.' : `must have at least ${String(schema)} characters.`),
  maxLength: ({ schema }) => `must have at most ${counted(schema, 'character')}; send a shorter one.`,
  minItems: ({ schema }) => `must have at least ${counted(schema, 'element')}.`,
  maxItems: ({ schema }) => `must have at most ${counted(schema, 'element')}; send fewer.`,
  minimum: ({ schema }) => `must be ${String(schema)} or more.`,
  maximum: ({ schema }) => `must be ${String(schema)} or less.`,
  not: ({ schema }) =>
    wantedMembers(schema).length > 0
      ? `must have ${alternatives(wantedMembers(schema).map(quoted))}; send it.`
      : `must have ${alternatives(wantedElements(schema).map(quoted))} among its elements.`,
  anyOf: () => 'has none of the forms that /docs describes for it.',
  oneOf: () => 'has none of the forms that /docs describes for it.',
};

/** The types of a value that may be of several, such as `a string or an object`. */
export function typesInWords(types: readonly unknown[]): string {
  const names = types.flatMap((type) => (Array.isArray(type) ? (type as unknown[]) : [type])).filter(isSaid);
  return alternatives([...new Set(names)].map((name) => TYPE_WORDS[String(name)] ?? String(name)));
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** `not: { items: { not: { enum: […] } } }` is how a schema of OpenAPI 3.0 says that an array has one of these. */
function wantedElements(schema: unknown): readonly unknown[] {
  return listed(inner(inner(inner(schema, 'items'), 'not'), 'enum'));
}

/** `not: { …, not: { required: […] } }` is how it says that an object has these unless it is as described. */
const wantedMembers = (schema: unknown): readonly unknown[] => listed(inner(inner(schema, 'not'), 'required'));

const inner = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** Null stands for nothing, and nobody needs to be told to send it. */
const isSaid = (value: unknown): boolean => value !== null && value !== 'null';

const quoted = (value: unknown): string => JSON.stringify(value);

const counted = (number: unknown, noun: string): string => `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
