import type { Attribute, AttributeType } from '../../../protocol/schemas/attribute.js';
import { isSecret } from '../../../protocol/search-form.js';
import type { Dialect } from '../connections/driver.js';
import { joined, ownSql, sql, type Sql } from './fragment.js';
import { FlatScope, hasContent, type Elements, type Scalar, type Scope } from './scope.js';

/** How a database reads JSON. A path is the names from the outside in. */
interface JsonReading {
  /** The simple value behind the path, or null. */
  scalar(source: Sql, path: readonly string[], type: AttributeType): Sql;
  exists(source: Sql, path: readonly string[]): Sql;
  /** A table `alias` with a column `value`: the elements of the array behind the path. */
  each(source: Sql, path: readonly string[], alias: Sql): Sql;
}

const READINGS: Readonly<Record<Dialect, JsonReading>> = {
  sqlite: {
    scalar: (source, path) => (path.length === 0 ? source : sql`json_extract(${source}, ${sqlitePath(path)})`),
    exists: (source, path) => sql`json_type(${source}, ${sqlitePath(path)}) is not null`,
    each: (source, path, alias) => sql`json_each(${source}, ${sqlitePath(path)}) ${alias}`,
  },
  postgres: {
    scalar: (source, path, type) => postgresScalar(postgresText(source, path), type),
    exists: (source, path) => sql`(${postgresJson(source, path)}) is not null`,
    each: (source, path, alias) => sql`jsonb_array_elements(${postgresJson(source, path)}) as ${alias}(value)`,
  },
};

/** What is kept as JSON in search form: the values of a resource, of an extension or of a complex value. */
export class JsonScope implements Scope {
  readonly #dialect: Dialect;
  readonly #source: Sql;
  readonly #path: readonly string[];

  /**
   * @param source the JSON
   * @param path where in it the attributes are, from the outside in
   */
  constructor(dialect: Dialect, source: Sql, path: readonly string[] = []) {
    this.#dialect = dialect;
    this.#source = source;
    this.#path = path;
  }

  value({ name, type }: Attribute): Scalar {
    const value = READINGS[this.#dialect].scalar(this.#source, [...this.#path, name], type);
    return { sql: value, missing: 'expression' };
  }

  present(attribute: Attribute): Sql {
    return attribute.type === 'complex'
      ? anyPart(this.nested(attribute), attribute)
      : hasContent(this.value(attribute), attribute);
  }

  has({ name }: Attribute): Sql {
    return READINGS[this.#dialect].exists(this.#source, [...this.#path, name]);
  }

  nested({ name }: Attribute): JsonScope {
    return new JsonScope(this.#dialect, this.#source, [...this.#path, name]);
  }

  /** Search form has no empty arrays. The alias grows with the depth, so that inner elements hide no outer ones. */
  elements(attribute: Attribute): Elements {
    const alias = ownSql(`${this.#source.text.replace(/\W/g, '_')}_element`);
    const from = READINGS[this.#dialect].each(this.#source, [...this.#path, attribute.name], alias);
    const element = this.#element(attribute, sql`${alias}.value`);
    const some = (test: (element: Scope) => Sql): Sql => sql`exists (select 1 from ${from} where ${test(element)})`;
    return {
      any: () => this.has(attribute),
      present: () => some((one) => (attribute.type === 'complex' ? anyPart(one, attribute) : one.present(attribute))),
      some,
    };
  }

  #element({ type }: Attribute, source: Sql): Scope {
    return type === 'complex' ? new JsonScope(this.#dialect, source) : new SimpleElementScope(this.#dialect, source);
  }
}

/** Whether a complex value has a part with more than empty strings. */
function anyPart(scope: Scope, { subAttributes = [] }: Attribute): Sql {
  const parts = subAttributes
    .filter((sub) => !isSecret(sub))
    .map((sub) => (sub.multiValued ? scope.elements(sub).present() : scope.present(sub)));
  return parts.length === 0 ? sql`false` : joined(parts, 'or');
}

/** An element that is a simple value: its only attribute is the value itself. */
class SimpleElementScope extends FlatScope {
  readonly #dialect: Dialect;
  readonly #source: Sql;

  constructor(dialect: Dialect, source: Sql) {
    super();
    this.#dialect = dialect;
    this.#source = source;
  }

  override value({ type }: Attribute): Scalar {
    return { sql: READINGS[this.#dialect].scalar(this.#source, [], type), missing: 'expression' };
  }
}

/** Neither names of attributes nor URNs have quotes in them: the schemas and the parser see to it. */
function sqlitePath(path: readonly string[]): string {
  if (path.some((name) => name.includes('"'))) throw new Error('A quote in the name of an attribute');
  return `$${path.map((name) => `."${name}"`).join('')}`;
}

function postgresJson(source: Sql, path: readonly string[]): Sql {
  return path.reduce((json, name) => sql`${json} -> ${name}::text`, source);
}

function postgresText(source: Sql, path: readonly string[]): Sql {
  const last = path.at(-1);
  return last === undefined
    ? sql`(${source} #>> '{}')`
    : sql`(${postgresJson(source, path.slice(0, -1))} ->> ${last}::text)`;
}

function postgresScalar(text: Sql, type: AttributeType): Sql {
  switch (type) {
    case 'boolean':
      return sql`${text}::boolean`;
    case 'integer':
    case 'decimal':
      return sql`${text}::double precision`;
    case 'string':
    case 'dateTime':
    case 'reference':
    case 'binary':
    case 'complex':
      return sql`(${text} collate "C")`;
  }
}
