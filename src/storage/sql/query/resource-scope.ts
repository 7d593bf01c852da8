import type { Attribute, ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../../../protocol/schemas/enterprise-user.js';
import type { Dialect } from '../connections/driver.js';
import { sql, type Sql } from './fragment.js';
import { JsonScope } from './json-scope.js';
import { displayNameOf, groupsOfUser, membersOfGroup, uri, type Origin } from './membership-scopes.js';
import { FlatScope, hasContent, type Elements, type Scalar, type Scope } from './scope.js';

/** Attributes that have a column. */
const COLUMNS: ReadonlyMap<string, Scalar> = new Map([
  ['id', { sql: sql`r.id`, missing: 'never' }],
  ['externalId', { sql: sql`r.external_id`, missing: 'column' }],
  ['userName', { sql: sql`r.user_name`, missing: 'column' }],
  ['displayName', { sql: sql`r.display_name`, missing: 'column' }],
]);

/** Where the values of a resource are found in a statement. */
export interface ResourceOrigin extends Origin {
  readonly dialect: Dialect;
  readonly type: ResourceTypeName;
}

/** A resource: the row `r`, its search form and its memberships. */
export class ResourceScope implements Scope {
  readonly #origin: ResourceOrigin;
  readonly #json: JsonScope;

  constructor(origin: ResourceOrigin) {
    this.#origin = origin;
    this.#json = new JsonScope(origin.dialect, sql`r.search`);
  }

  value(attribute: Attribute): Scalar {
    return COLUMNS.get(attribute.name) ?? this.#json.value(attribute);
  }

  present(attribute: Attribute): Sql {
    if (attribute.name === 'meta') return sql`true`;
    const column = COLUMNS.get(attribute.name);
    return column ? hasContent(column, attribute) : this.#json.present(attribute);
  }

  has(attribute: Attribute): Sql {
    return attribute.name === 'meta' ? sql`true` : this.#json.has(attribute);
  }

  nested(attribute: Attribute): Scope {
    return attribute.name === 'meta' ? new MetaScope(this.#origin) : this.#json.nested(attribute);
  }

  elements(attribute: Attribute): Elements {
    const { type } = this.#origin;
    if (type === 'User' && attribute.name === 'groups') return groupsOfUser(this.#origin);
    if (type === 'Group' && attribute.name === 'members') return membersOfGroup(this.#origin);
    return this.#json.elements(attribute);
  }

  extension(urn: string): Scope {
    const { dialect } = this.#origin;
    if (urn === ENTERPRISE_USER_SCHEMA.id) return new EnterpriseScope(this.#origin);
    return new JsonScope(dialect, sql`r.search`, [urn]);
  }
}

/** What the service provider knows about the resource (RFC 7643 §3.1). */
class MetaScope extends FlatScope {
  readonly #origin: ResourceOrigin;

  constructor(origin: ResourceOrigin) {
    super();
    this.#origin = origin;
  }

  override value({ name }: Attribute): Scalar {
    switch (name) {
      case 'created':
        return { sql: sql`r.created`, missing: 'never' };
      case 'lastModified':
        return { sql: sql`r.last_modified`, missing: 'never' };
      case 'version':
        return { sql: sql`('W/"' || cast(r.version as text) || '"')`, missing: 'never' };
      case 'location':
        return uri(this.#origin, sql`r.type || 's/' || r.id`);
      default:
        return { sql: sql`r.type`, missing: 'never' };
    }
  }
}

/** The enterprise extension, whose manager's displayName is that of another user. */
class EnterpriseScope extends JsonScope {
  readonly #origin: ResourceOrigin;

  constructor(origin: ResourceOrigin) {
    super(origin.dialect, sql`r.search`, [ENTERPRISE_USER_SCHEMA.id]);
    this.#origin = origin;
  }

  override nested(attribute: Attribute): JsonScope {
    if (attribute.name !== 'manager') return super.nested(attribute);
    return new ManagerScope(this.#origin, attribute);
  }
}

class ManagerScope extends JsonScope {
  readonly #origin: ResourceOrigin;
  readonly #manager: Attribute;

  constructor(origin: ResourceOrigin, manager: Attribute) {
    super(origin.dialect, sql`r.search`, [ENTERPRISE_USER_SCHEMA.id, manager.name]);
    this.#origin = origin;
    this.#manager = manager;
  }

  override value(attribute: Attribute): Scalar {
    const id = this.#manager.subAttributes?.find(({ name }) => name === 'value');
    if (attribute.name !== 'displayName' || !id) return super.value(attribute);
    return displayNameOf(this.#origin, super.value(id).sql, 'User');
  }

  override present(attribute: Attribute): Sql {
    return attribute.name === 'displayName' ? hasContent(this.value(attribute), attribute) : super.present(attribute);
  }
}
