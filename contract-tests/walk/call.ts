import type { Json } from '../../tools/entra-client/json.js';

/** A request to an operation, still in its parts. */
export interface Call {
  /** By the names of the path's parameters; put into the path as they are. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent as it stands, anything else as JSON. */
  readonly body?: Json;
}

/** The path and query of a call, relative to the document's server. */
export function targetOf(path: string, call: Call): string {
  const filled = Object.entries(call.ids).reduce((text, [name, id]) => text.replace(`{${name}}`, id), path);
  const query = new URLSearchParams(call.query).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

export function bodyOf(call: Call): string {
  if (call.body === undefined) return '';
  return typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
}

export const withHeaders = (call: Call, headers: Readonly<Record<string, string>>): Call => ({
  ...call,
  headers: { ...call.headers, ...headers },
});

export const withQuery = (call: Call, query: Readonly<Record<string, string>>): Call => ({
  ...call,
  query: { ...call.query, ...query },
});

export const withBody = (call: Call, body: Json): Call => ({ ...call, body });

export function withoutHeader(call: Call, name: string): Call {
  return { ...call, headers: Object.fromEntries(Object.entries(call.headers).filter(([header]) => header !== name)) };
}

/** The same call about other ids than those that exist. */
export const withEveryId = (call: Call, id: string): Call => ({
  ...call,
  ids: Object.fromEntries(Object.keys(call.ids).map((name) => [name, id])),
});
