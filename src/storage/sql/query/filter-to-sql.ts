import type { FilterNode } from '../../../protocol/filter/tree.js';
import type { Attribute } from '../../../protocol/schemas/attribute.js';
import type { Dialect } from '../connections/driver.js';
import { compareScalar, type Comparison } from './compare.js';
import { joined, ownSql, sql, type Binding, type Sql } from './fragment.js';
import { lookUp } from './index-use.js';
import { MemberScope, type Origin } from './membership-scopes.js';
import { ResourceScope, type ResourceOrigin } from './resource-scope.js';
import type { Scope } from './scope.js';

/** A condition for a `where`, with the values for its question marks. */
export interface FilterSql {
  readonly sql: string;
  readonly bindings: readonly Binding[];
}

/**
 * A filter as a condition over `r`, an alias of the table resources; the caller restricts `r` to tenant and type.
 * It is true or false for every resource, never null, and answers as protocol/filter/evaluate-filter.ts does.
 * @param origin without `baseUrl`, the Tenant URL without a slash at its end, URIs that the server makes are absent
 */
export function filterToSql(node: FilterNode, origin: ResourceOrigin): FilterSql {
  const { text, bindings } = new FilterCompiler(origin.dialect, origin).compile(node, new ResourceScope(origin));
  return { sql: text, bindings };
}

/** The condition of a value path on `members`, such as `members[type eq "Group"]`, over an alias of memberships. */
export function memberFilterToSql(condition: FilterNode, dialect: Dialect, origin: Origin, alias: string): FilterSql {
  const { text, bindings } = new FilterCompiler(dialect).compile(condition, new MemberScope(origin, alias));
  return { sql: text, bindings };
}

class FilterCompiler {
  readonly #dialect: Dialect;
  /** Whose resources are looked up by an index; undefined if the filter is on something smaller than a resource. */
  readonly #origin: ResourceOrigin | undefined;

  constructor(dialect: Dialect, origin?: ResourceOrigin) {
    this.#dialect = dialect;
    this.#origin = origin;
  }

  compile(node: FilterNode, scope: Scope): Sql {
    switch (node.kind) {
      case 'and':
      case 'or':
        return joined(
          node.operands.map((operand) => this.compile(operand, scope)),
          node.kind,
        );
      case 'not':
        return sql`(not ${this.compile(node.operand, scope)})`;
      case 'present':
        return present(...pathOf(node, scope));
      case 'compare':
        return this.#lookUp(node, scope) ?? this.#compare(...pathOf(node, scope), node);
      case 'valuePath':
        return this.#valuePath(node, scope);
      case 'unknown':
        return ownSql(String(node.matches));
    }
  }

  #lookUp(node: FilterNode, scope: Scope): Sql | undefined {
    return this.#origin && scope instanceof ResourceScope ? lookUp(node, this.#origin) : undefined;
  }

  /** Any element will do, also for `ne`; if there is none, the absent value differs from every other. */
  #compare(scope: Scope, attribute: Attribute, sub: Attribute | undefined, comparison: Comparison): Sql {
    if (!attribute.multiValued) return this.#compareSingle(scope, attribute, sub, comparison);
    const elements = scope.elements(attribute);
    const some = elements.some((element) =>
      sub
        ? this.#compare(element, sub, undefined, comparison)
        : compareScalar(this.#dialect, element.value(attribute), attribute, comparison),
    );
    return comparison.operator === 'ne' ? sql`(not ${elements.any()} or ${some})` : some;
  }

  #compareSingle(scope: Scope, attribute: Attribute, sub: Attribute | undefined, comparison: Comparison): Sql {
    return sub
      ? this.#compare(scope.nested(attribute), sub, undefined, comparison)
      : compareScalar(this.#dialect, scope.value(attribute), attribute, comparison);
  }

  #valuePath(node: Extract<FilterNode, { kind: 'valuePath' }>, scope: Scope): Sql {
    const [holder, attribute] = pathOf(node, scope);
    const satisfied = attribute.multiValued
      ? holder.elements(attribute).some((element) => this.compile(node.condition, element))
      : joined([holder.has(attribute), this.compile(node.condition, holder.nested(attribute))], 'and');
    const found = this.#lookUp(node, scope);
    return found ? joined([found, satisfied], 'and') : satisfied;
  }
}

type Path = readonly [scope: Scope, attribute: Attribute, subAttribute: Attribute | undefined];

function pathOf({ target }: Pick<Extract<FilterNode, { kind: 'present' }>, 'target'>, scope: Scope): Path {
  const { extension, attribute, subAttribute } = target;
  return [(extension === undefined ? undefined : scope.extension?.(extension)) ?? scope, attribute, subAttribute];
}

function present(scope: Scope, attribute: Attribute, sub: Attribute | undefined): Sql {
  if (!attribute.multiValued) return sub ? present(scope.nested(attribute), sub, undefined) : scope.present(attribute);
  const elements = scope.elements(attribute);
  return sub ? elements.some((element) => present(element, sub, undefined)) : elements.present();
}
