import type { ComparisonOperator, FilterValue } from '../../../protocol/filter/tree.js';
import type { Attribute } from '../../../protocol/schemas/attribute.js';
import type { Dialect } from '../connections/driver.js';
import { ownSql, sql, type Sql } from './fragment.js';
import type { Scalar } from './scope.js';

const SIGNS = { eq: ownSql('='), gt: ownSql('>'), ge: ownSql('>='), lt: ownSql('<'), le: ownSql('<=') };

/** A comparison in a filter: an operator and its value in search form. */
export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly value: FilterValue;
}

/** The comparison of a single value, true or false: a missing one differs from everything, unless one is assumed. */
export function compareScalar(dialect: Dialect, given: Scalar, attribute: Attribute, comparison: Comparison): Sql {
  const { operator, value } = comparison;
  const { type } = attribute;
  const scalar = withAssumed(dialect, given, attribute);
  if (operator === 'ne') return sql`${scalar.sql} is distinct from ${bound(dialect, type, value)}`;
  const holds = compare(dialect, scalar.sql, type, operator, value);
  switch (scalar.missing) {
    case 'never':
      return holds;
    case 'column':
      return sql`(${scalar.sql} is not null and ${behind(dialect, scalar.sql, comparison)}${holds})`;
    case 'expression':
      return sql`coalesce(${holds}, false)`;
  }
}

/** Where the values lie in an index that begin so: a function of the column would be asked of every value. */
function behind(dialect: Dialect, column: Sql, { operator, value }: Comparison): Sql {
  if (operator !== 'sw' || typeof value !== 'string' || value === '') return sql``;
  const end = successorOf(value);
  const from = sql`${column} >= ${bound(dialect, 'string', value)} and `;
  return end === undefined ? from : sql`${from}${column} < ${bound(dialect, 'string', end)} and `;
}

const [LAST_CODE, BEFORE_SURROGATES, SURROGATES_END] = [0x10ffff, 0xd7ff, 0xdfff];

/** The first text behind all that begin with this one, in the order of code points; undefined where none is. */
function successorOf(text: string): string | undefined {
  const characters = Array.from(text);
  while (characters.at(-1)?.codePointAt(0) === LAST_CODE) characters.pop();
  const code = characters.pop()?.codePointAt(0);
  if (code === undefined) return undefined;
  const next = code === BEFORE_SURROGATES ? SURROGATES_END + 1 : code + 1;
  return characters.join('') + String.fromCodePoint(next);
}

function withAssumed(dialect: Dialect, scalar: Scalar, { type, assumed }: Attribute): Scalar {
  if (assumed === undefined) return scalar;
  return { sql: sql`coalesce(${scalar.sql}, ${bound(dialect, type, assumed)})`, missing: 'never' };
}

function compare(
  dialect: Dialect,
  left: Sql,
  type: Attribute['type'],
  operator: Exclude<ComparisonOperator, 'ne'>,
  value: FilterValue,
): Sql {
  const right = bound(dialect, type, value);
  switch (operator) {
    case 'co':
      return dialect === 'sqlite' ? sql`instr(${left}, ${right}) > 0` : sql`position(${right} in ${left}) > 0`;
    case 'sw':
      return dialect === 'sqlite'
        ? sql`substr(${left}, 1, length(${right})) = ${right}`
        : sql`starts_with(${left}, ${right})`;
    case 'ew':
      return dialect === 'sqlite'
        ? sql`substr(${left}, length(${left}) - length(${right}) + 1) = ${right}`
        : sql`right(${left}, length(${right})) = ${right}`;
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return sql`${left} ${SIGNS[operator]} ${right}`;
  }
}

/** PostgreSQL is told the type, which it cannot always see; SQLite has no booleans but 1 and 0. */
function bound(dialect: Dialect, type: Attribute['type'], value: FilterValue): Sql {
  if (value === null) throw new Error('A comparison with null is a test of presence');
  if (dialect === 'sqlite') return sql`${typeof value === 'boolean' ? Number(value) : value}`;
  switch (type) {
    case 'boolean':
      return sql`${value}::boolean`;
    case 'integer':
    case 'decimal':
      return sql`${value}::double precision`;
    case 'string':
    case 'dateTime':
    case 'reference':
    case 'binary':
    case 'complex':
      return sql`${value}::text`;
  }
}
