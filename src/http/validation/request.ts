import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Operation } from 'openapi-backend';
import type { JsonObject } from '../../protocol/json.js';

/** The parts of a request that an operation's parameters and body stand in. */
export interface RequestParts {
  readonly path: Readonly<Record<string, string>>;
  /** What a parameter's schema wants to be a number or true or false is changed in place. */
  readonly query: Record<string, unknown>;
  /** By names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject | undefined;
}

/** Holds a request to its operation. @returns what is wrong, as Ajv says it; empty if nothing is */
export type ValidateRequest = (parts: RequestParts) => readonly ErrorObject[];

/**
 * Makes the validation of an operation's requests, by the validators that openapi-backend makes for the operation.
 * @param validators called at the first request
 * @throws Error for parameters that it cannot read: cookies, JSON in a parameter, lists that are not repeated parameters
 */
export function requestValidation(
  operation: Operation,
  validators: () => readonly ValidateFunction[],
): ValidateRequest {
  const parameters = parametersIn(operation);
  const unread = parameters.find(({ place, content, explode }) => place === 'cookie' || content || explode === false);
  if (unread)
    throw new Error(`${operation.operationId ?? ''}: the parameter ${unread.name} is of a kind that is not read`);
  const lists = parameters.filter(({ place, type }) => place === 'query' && type === 'array').map(({ name }) => name);
  return ({ path, query, headers, body }) => {
    for (const name of lists) if (typeof query[name] === 'string') query[name] = [query[name]];
    const parts = { path, query, header: headers, cookie: {}, ...(body === undefined ? {} : { requestBody: body }) };
    return validators().flatMap((validate) => (validate(parts) ? [] : (validate.errors ?? [])));
  };
}

interface DocumentedParameter {
  readonly name: string;
  readonly place: string;
  /** The type in its schema. */
  readonly type: unknown;
  /** Whether it is written as a media type says, such as JSON. */
  readonly content: boolean;
  readonly explode: boolean | undefined;
}

function parametersIn({ parameters = [] }: Operation): readonly DocumentedParameter[] {
  return parameters.flatMap((one) => {
    if (!('name' in one)) return [];
    const { name, in: place, schema, content, explode } = one;
    const type = schema !== undefined && 'type' in schema ? schema.type : undefined;
    return [{ name, place, type, content: content !== undefined, explode }];
  });
}

/** The names of the parameters of an operation. */
export const parameterNames = (operation: Operation): readonly string[] =>
  parametersIn(operation).map(({ name }) => name);
