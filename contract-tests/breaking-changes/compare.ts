import { isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { addition, breaking, type Change } from './change.js';
import { describedOperations, type DescribedOperation } from './operations.js';
import { Place } from './place.js';
import { SchemaComparison } from './schemas.js';

/**
 * What a change of an OpenAPI document is to its clients, each place once. `info.version` is left out.
 * @throws Error on a word of a schema that the comparison does not know.
 */
export function compareDocuments(released: JsonObject, current: JsonObject): readonly Change[] {
  const comparison = new Comparison();
  const found = comparison.documents(Place.root(released), Place.root(current));
  const unique = [...new Map(found.map((change) => [JSON.stringify(change), change])).values()];
  if (unique.length > 0 || withoutVersion(released) === withoutVersion(current)) return unique;
  return [{ weight: 'text', at: '#', what: 'texts or examples are others' }];
}

function withoutVersion(document: JsonObject): string {
  const { info, ...rest } = document;
  return JSON.stringify({ ...rest, info: isObject(info) ? { ...info, version: '' } : {} });
}

class Comparison {
  readonly #requests = new SchemaComparison('request');
  readonly #answers = new SchemaComparison('response');

  documents(released: Place, current: Place): readonly Change[] {
    const now = describedOperations(current);
    const before = describedOperations(released);
    const operations = [...before].flatMap(([key, operation]) => {
      const counterpart = now.get(key);
      return counterpart === undefined
        ? [breaking(operation.at, 'the operation is gone')]
        : this.#operation(operation, counterpart);
    });
    const added = [...now].filter(([key]) => !before.has(key));
    return [
      ...servers(released.member('servers'), current.member('servers')),
      ...operations,
      ...added.map(([, { at }]) => addition(at, 'the operation is new')),
    ];
  }

  #operation(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
    return [
      ...operationId(released, current),
      ...ownServers(released, current),
      ...security(released, current),
      ...this.#parameters(released, current),
      ...this.#requestBody(released, current),
      ...this.#responses(released, current),
    ];
  }

  #parameters(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
    const added = [...current.parameters].filter(([key]) => !released.parameters.has(key));
    return [
      ...[...released.parameters].flatMap(([key, parameter]) => {
        const counterpart = current.parameters.get(key);
        return counterpart === undefined
          ? [breaking(`${released.at} ${key}`, 'the parameter is gone')]
          : this.#parameter(parameter, counterpart);
      }),
      ...added.map(([key, parameter]) =>
        isRequired(parameter)
          ? breaking(`${released.at} ${key}`, 'the parameter is new, and required')
          : addition(`${released.at} ${key}`, 'the parameter is new'),
      ),
    ];
  }

  #parameter(released: Place, current: Place): readonly Change[] {
    const before = serialization(released);
    const now = serialization(current);
    const words = SERIALIZATION.filter((word) => before[word] !== now[word]);
    const empty = 'allowEmptyValue';
    return [
      ...obligation(released, current, 'the parameter'),
      ...words.map((word) => breaking(released.at, `${word} is another`)),
      ...(released.member(empty).value === true && current.member(empty).value !== true
        ? [breaking(released.at, 'it may be empty no longer')]
        : []),
      ...this.#parameterValue(released, current),
    ];
  }

  /** A parameter has a schema, or content of one media type, which is written in another way. */
  #parameterValue(released: Place, current: Place): readonly Change[] {
    const [before, now] = [released, current].map((place) => place.member('content').value !== undefined);
    if (before !== now) return [breaking(released.at, 'its value is written in another way')];
    return before === true
      ? content(released, current, this.#requests)
      : this.#requests.compare(released.member('schema'), current.member('schema'));
  }

  #requestBody(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
    const at = `${released.at} body`;
    const before = released.operation.member('requestBody', at);
    const now = current.operation.member('requestBody', at);
    if (before.value === undefined && now.value === undefined) return [];
    if (now.value === undefined) return [breaking(at, 'the body is gone')];
    if (before.value !== undefined) {
      return [...obligation(before, now, 'the body'), ...content(before, now, this.#requests)];
    }
    return [isRequired(now) ? breaking(at, 'a body is required now') : addition(at, 'a body may be sent now')];
  }

  #responses(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
    const before = released.operation.member('responses').members((status) => `${released.at} ${status}`);
    const now = current.operation.member('responses');
    const statuses = before.map(([status]) => status);
    return [
      ...before.flatMap(([status, response]) => {
        const counterpart = now.member(status);
        return counterpart.value === undefined
          ? [breaking(`${released.at} ${status}`, 'the status is gone')]
          : [...this.#headers(response, counterpart), ...content(response, counterpart, this.#answers)];
      }),
      ...now
        .members()
        .filter(([status]) => !statuses.includes(status))
        .map(([status]) => addition(`${released.at} ${status}`, 'the status is new')),
    ];
  }

  #headers(released: Place, current: Place): readonly Change[] {
    const before = released.member('headers').members((name) => `${released.at}/headers/${name}`);
    return before.flatMap(([name, header]) => {
      const counterpart = current.member('headers').member(name);
      const at = `${released.at}/headers/${name}`;
      if (counterpart.value === undefined) return [breaking(at, 'the header is gone')];
      const loosened = isRequired(header) && !isRequired(counterpart);
      return [
        ...(loosened ? [breaking(header.at, 'the header does not always come now')] : []),
        ...this.#answers.compare(header.member('schema'), counterpart.member('schema')),
      ];
    });
  }
}

function content(released: Place, current: Place, comparison: SchemaComparison): readonly Change[] {
  const before = released.member('content').members((type) => `${released.at} ${type}`);
  const now = current.member('content');
  const types = before.map(([type]) => type);
  return [
    ...before.flatMap(([type, media]) => {
      const counterpart = now.member(type);
      return counterpart.value === undefined
        ? [breaking(`${released.at} ${type}`, 'the media type is gone')]
        : comparison.compare(media.member('schema', media.at), counterpart.member('schema', media.at));
    }),
    ...now
      .members()
      .filter(([type]) => !types.includes(type))
      .map(([type]) => addition(`${released.at} ${type}`, 'the media type is new')),
  ];
}

const isRequired = (place: Place): boolean => place.member('required').value === true;

function obligation(released: Place, current: Place, subject: string): readonly Change[] {
  if (isRequired(released) === isRequired(current)) return [];
  return isRequired(current)
    ? [breaking(released.at, `${subject} is required now`)]
    : [addition(released.at, `${subject} is required no longer`)];
}

/** Client code that was generated from the document calls operations by their ids. */
function operationId(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
  const [before, now] = [released, current].map(({ operation }) => operation.member('operationId').value);
  return before === now ? [] : [breaking(released.at, 'operationId is another')];
}

function security(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
  const gone = released.security.filter((way) => !current.security.includes(way));
  const come = current.security.filter((way) => !released.security.includes(way));
  const restricted = released.security.length === 0 && current.security.length > 0;
  return [
    ...gone.map(() => breaking(released.at, 'a way to authenticate is gone')),
    ...(restricted ? [breaking(released.at, 'it asks for authentication now')] : []),
    ...(restricted ? [] : come.map(() => addition(released.at, 'a way to authenticate is new'))),
  ];
}

const SERIALIZATION = ['style', 'explode', 'allowReserved'] as const;

/** How a parameter is written, with the defaults of OpenAPI 3.0.3 (Parameter Object) where it does not say. */
function serialization(parameter: Place): Readonly<Record<(typeof SERIALIZATION)[number], Json>> {
  const usual = ['query', 'cookie'].includes(parameter.text('in')) ? 'form' : 'simple';
  const style = parameter.member('style').value ?? usual;
  const explode = parameter.member('explode').value ?? style === 'form';
  return { style, explode, allowReserved: parameter.member('allowReserved').value ?? false };
}

function ownServers(released: DescribedOperation, current: DescribedOperation): readonly Change[] {
  if (released.servers === undefined && current.servers === undefined) return [];
  const [before, now] = [released, current].map(({ servers: own, operation }) => own ?? ofDocument(operation));
  return before === undefined || now === undefined ? [] : servers(before, now, `${released.at} servers`);
}

const ofDocument = ({ document }: Place): Place => Place.root(document).member('servers');

function servers(released: Place, current: Place, at = 'servers'): readonly Change[] {
  const urls = addresses(current);
  const gone = addresses(released).filter((url) => !urls.includes(url));
  const come = urls.filter((url) => !addresses(released).includes(url));
  return [
    ...gone.map((url) => breaking(`${at} ${url}`, 'the address is gone')),
    ...come.map((url) => addition(`${at} ${url}`, 'the address is new')),
  ];
}

function addresses(place: Place): readonly string[] {
  return isArray(place.value) ? place.value.map((server) => place.inner(server, place.at).text('url')) : [];
}
