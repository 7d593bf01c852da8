import { isArray, isObject, type Json } from '../../tools/entra-client/json.js';
import type { Place } from './place.js';

/** An operation of a document, with what it takes over from its path and from the document. */
export interface DescribedOperation {
  /** Such as `GET /Users/{id}`. */
  readonly at: string;
  readonly operation: Place;
  /** By where they stand and their names, such as `query filter`; parameters of the path by their order. */
  readonly parameters: ReadonlyMap<string, Place>;
  /** The addresses of its own or of its path, which stand for those of the document; undefined where those hold. */
  readonly servers: Place | undefined;
  /** The ways to authenticate, each in full. */
  readonly security: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations by method and path, whatever the parameters of the path are called. */
export function describedOperations(root: Place): ReadonlyMap<string, DescribedOperation> {
  const found = root
    .member('paths')
    .members()
    .flatMap(([path, item]) =>
      METHODS.filter((method) => item.member(method).value !== undefined).map((method) => {
        const at = `${method.toUpperCase()} ${path}`;
        return [at.replaceAll(/\{[^{}]*\}/g, '{}'), described(root, at, path, item, method)] as const;
      }),
    );
  return new Map(found);
}

function described(root: Place, at: string, path: string, item: Place, method: string): DescribedOperation {
  const operation = item.member(method, at);
  const parameters = [item, operation].flatMap((place) =>
    elements(place.member('parameters')).map((value) => place.inner(value, at)),
  );
  const named = parameters.map(
    (place) => [parameterKey(place, path), place.inner(place.value, nameOf(at, place))] as const,
  );
  const servers = [operation, item].map((place) => place.member('servers')).find(({ value }) => value !== undefined);
  return { at, operation, parameters: new Map(named), security: securityOf(root, operation), servers };
}

const nameOf = (at: string, parameter: Place): string =>
  parameter.at === at ? `${at} ${parameter.text('in')} ${parameter.text('name')}` : parameter.at;

function parameterKey(parameter: Place, path: string): string {
  const name = parameter.text('name');
  const where = parameter.text('in');
  if (where === 'path') return `path ${path.split('/').indexOf(`{${name}}`)}`;
  return `${where} ${where === 'header' ? name.toLowerCase() : name}`;
}

function securityOf(root: Place, operation: Place): readonly string[] {
  const own = operation.member('security').value;
  const alternatives = elements(own === undefined ? root.member('security') : operation.member('security'));
  const schemes = root.member('components').member('securitySchemes');
  return alternatives.map((alternative) => {
    const parts = isObject(alternative) ? Object.entries(alternative) : [];
    return JSON.stringify(parts.map(([name, scopes]) => [schemeOf(schemes.member(name)), scopes]).sort());
  });
}

/** What a client sends to be let in, without what the scheme is called. */
const schemeOf = (scheme: Place): readonly (Json | undefined)[] =>
  ['type', 'scheme', 'in', 'name'].map((word) => scheme.member(word).value);

const elements = (place: Place): readonly Json[] => (isArray(place.value) ? place.value : []);
