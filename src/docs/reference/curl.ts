import type { JsonValue } from '../../protocol/json.js';
import { exampleText, type Example, type Operation, type Parameter } from './operation.js';

/** Where requests of a document go, and how they authenticate. */
export interface Caller {
  /** The address of the server, such as `https://scim.example.com/scim`. */
  readonly base: string;
  /** Header lines, in which the shell fills variables in. */
  readonly headers: readonly string[];
}

/** A command line that sends a request of the operation: with the first example of what is required, and of a filter. */
export function curlLine({ base, headers }: Caller, operation: Operation): string {
  const [body] = operation.bodies;
  const example = body?.examples[0];
  const parts = [
    `curl${methodOf(operation, example)} "${base}${pathOf(operation)}"`,
    ...headers.map((header) => `-H "${header}"`),
    ...queryOf(operation),
    ...(body === undefined ? [] : [`-H "Content-Type: ${body.type}"`]),
    ...(example === undefined ? [] : [`--data ${quoted(JSON.stringify(example.value))}`]),
  ];
  return parts.join(' \\\n  ');
}

/** curl sends GET, or POST where there is a body, unless told otherwise. */
function methodOf({ method }: Operation, example: Example | undefined): string {
  if (method === 'GET') return '';
  return method === 'POST' && example !== undefined ? '' : ` -X ${method}`;
}

/** The path with a variable of the shell for each of its parameters: `/Users/$ID`. */
const pathOf = ({ path }: Operation): string =>
  path.replace(/\{(\w+)\}/gu, (_whole, name: string) => `$${variableOf(name)}`);

/** `$TENANT_ID` for `tenantId`. */
const variableOf = (name: string): string => name.replace(/([a-z])([A-Z])/gu, '$1_$2').toUpperCase();

function queryOf({ parameters }: Operation): readonly string[] {
  const sent = parameters.filter(({ place, required, name }) => place === 'query' && (required || name === 'filter'));
  const lines = sent.flatMap(({ name, examples, schema }: Parameter) => {
    const value: JsonValue | undefined = examples[0]?.value ?? (schema === undefined ? undefined : '');
    return value === undefined || value === '' ? [] : [`--data-urlencode ${quoted(`${name}=${exampleText(value)}`)}`];
  });
  return lines.length === 0 ? [] : ['-G', ...lines];
}

/** A text as one word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
