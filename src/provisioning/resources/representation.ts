import { hash } from 'node:crypto';
import type { GroupOfUser, Member } from '../../model/membership.js';
import { pageSize } from '../../storage/page-size.js';
import type { StoredResource } from '../../model/resource.js';
import { returnsAll } from '../../protocol/custom-schema/definition.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { includes, isWhole, project, type Projection } from '../../protocol/projection.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schemas/enterprise-user.js';
import { weakTag } from '../../protocol/version.js';
import type { DirectoryReader } from '../../storage/storage.js';
import type { Provisioning, TenantScope } from '../scope.js';

/** A resource as it is returned: JSON text, in pieces where it may be long. */
export interface Representation {
  readonly location: string;
  readonly version: number;
  /** The weak entity tag of exactly this representation; also in its `meta.version`. */
  readonly tag: string;
  readonly body: string | AsyncIterable<string>;
}

/** Members that are read from the database at a time. */
const MEMBERS_AT_A_TIME = pageSize(1_000);

const MANAGER = `${ENTERPRISE_USER_SCHEMA.id}:manager`;

/** Renders resources of one tenant. Reads what is derived from others (groups, managers, members) from its directory. */
export class Representer {
  readonly #directory: DirectoryReader;
  readonly #digests = new Map<string, string>();

  constructor(
    readonly provisioning: Provisioning,
    readonly scope: TenantScope,
    readonly projection: Projection,
  ) {
    this.#directory = provisioning.storage.directory(scope.tenant.id, scope.proof);
  }

  /** Renders resources of one type in their order: two statements more for a page of users, whatever its length. */
  async represent(stored: readonly StoredResource[]): Promise<readonly Representation[]> {
    const users = stored.filter(({ type }) => type === 'User');
    const derived = await this.#derived(users);
    const representations: Representation[] = [];
    for (const resource of stored) {
      representations.push(resource.type === 'User' ? this.#user(resource, derived) : await this.#group(resource));
    }
    return representations;
  }

  async one(stored: StoredResource): Promise<Representation> {
    const [representation] = await this.represent([stored]);
    if (representation === undefined) throw new Error('a stored resource has no representation');
    return representation;
  }

  /** Renders a resource without reading anything: without its groups or members, and without the name of a manager. */
  alone(stored: StoredResource): Representation {
    if (stored.type === 'User') return this.#user(stored, { groups: new Map(), managers: new Map() });
    const tag = weakTag(stored.version);
    return { ...this.#identity(stored), tag, body: this.#groupText(stored, tag) };
  }

  /** What users show that is not theirs: it counts into their tags, since it changes without them. */
  async #derived(users: readonly StoredResource[]): Promise<Derived> {
    const withGroups = includes(this.projection, 'groups');
    const managers = includes(this.projection, MANAGER) ? users.flatMap(managerOf) : [];
    return {
      groups: withGroups ? await this.#groupsOf(users) : new Map(),
      managers: managers.length > 0 ? await this.#directory.displayNames(managers) : new Map(),
    };
  }

  /** Reads the groups that were not read along. */
  async #groupsOf(users: readonly StoredResource[]): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
    const without = users.filter(({ groups }) => groups === undefined).map(({ id }) => id);
    const read = without.length > 0 ? await this.#directory.groupsOf(without) : new Map<string, never>();
    return new Map(users.map(({ id, groups }) => [id, groups ?? read.get(id) ?? []]));
  }

  #user(stored: StoredResource, derived: Derived): Representation {
    const groups = derived.groups.get(stored.id) ?? [];
    const manager = this.#manager(stored, derived);
    const tag = weakTag(stored.version, this.#digest(groups, manager));
    const shown = groups.length > 0 ? { groups: groups.map((group) => this.#groupOfUser(group)) } : {};
    const body =
      this.#isStored('User') && manager === undefined
        ? this.#storedText(stored, shown, tag)
        : JSON.stringify(
            this.#project('User', { ...withManager(stored, manager), ...shown, meta: this.#meta(stored, tag) }),
          );
    return { location: this.#location(stored), version: stored.version, tag, body };
  }

  /** The stored text with what is added to it, put together without being read. */
  #storedText(stored: StoredResource, additions: JsonObject, tag: string): string {
    const { id, type, created, lastModified, document } = stored;
    const added = 'groups' in additions ? `,${JSON.stringify(additions).slice(1, -1)}` : '';
    const meta = `"resourceType":"${type}","created":"${created}","lastModified":"${lastModified}"`;
    const self = `"location":"${this.#location(stored)}","version":${JSON.stringify(tag)}`;
    return `{"id":"${id}",${document.slice(1, -1)}${added},"meta":{${meta},${self}}}`;
  }

  /** What a user shows of a manager who exists in the tenant (RFC 7643 §4.3). */
  #manager(stored: StoredResource, { managers }: Derived): JsonObject | undefined {
    const [id] = managerOf(stored);
    if (id === undefined || !managers.has(id)) return undefined;
    const displayName = managers.get(id);
    const $ref = `${this.#endpoint('User')}/${id}`;
    return { $ref, ...(displayName === undefined ? {} : { displayName }) };
  }

  async #group(stored: StoredResource): Promise<Representation> {
    const withMembers = includes(this.projection, 'members');
    const tag = withMembers ? tagWithMembers(stored) : weakTag(stored.version);
    const text = this.#groupText(stored, tag);
    const body = withMembers ? this.#withMembers(stored.id, text) : text;
    return { ...this.#identity(stored), tag, body };
  }

  /** A group's text without its members. */
  #groupText(stored: StoredResource, tag: string): string {
    return JSON.stringify(this.#project('Group', { ...documentOf(stored), meta: this.#meta(stored, tag) }));
  }

  #identity(stored: StoredResource): Pick<Representation, 'location' | 'version'> {
    return { location: this.#location(stored), version: stored.version };
  }

  /** A group's text with its members, which are read and written some at a time; those of most groups in one piece. */
  async *#withMembers(groupId: string, text: string): AsyncGenerator<string> {
    let members = await this.#directory.members(groupId, undefined, MEMBERS_AT_A_TIME.items);
    let before = `${text.slice(0, -1)},"members":[`;
    while (members.length === MEMBERS_AT_A_TIME.items) {
      yield before + this.#membersText(members);
      before = ',';
      members = await this.#directory.members(groupId, members.at(-1)?.id, MEMBERS_AT_A_TIME.items);
    }
    if (members.length > 0) yield `${before}${this.#membersText(members)}]}`;
    else yield before === ',' ? ']}' : text;
  }

  #membersText(members: readonly Member[]): string {
    if (isWhole(this.projection)) return membersText(members, (type) => this.#endpoint(type));
    return members.map((member) => JSON.stringify(this.#projectedMember(member))).join(',');
  }

  #projectedMember({ id, type, display }: Member): JsonObject {
    const member = {
      value: id,
      $ref: `${this.#endpoint(type)}/${id}`,
      type,
      ...(display === undefined ? {} : { display }),
    };
    const projected = this.#project('Group', { schemas: [], members: [member] })['members'];
    return Array.isArray(projected) && isJsonObject(projected[0]) ? projected[0] : {};
  }

  #groupOfUser({ id, display, type }: GroupOfUser): JsonObject {
    return {
      value: id,
      $ref: `${this.#endpoint('Group')}/${id}`,
      ...(display === undefined ? {} : { display }),
      type,
    };
  }

  #project(type: StoredResource['type'], resource: JsonObject): JsonObject {
    return this.#isStored(type) ? resource : project(resource, this.projection, this.scope.types[type]);
  }

  /** Whether what is returned of a resource's own is all that is stored. */
  #isStored(type: StoredResource['type']): boolean {
    return isWhole(this.projection) && returnsAll(this.scope.types[type]);
  }

  #meta(stored: StoredResource, version: string): JsonObject {
    return {
      resourceType: stored.type,
      created: stored.created,
      lastModified: stored.lastModified,
      location: this.#location(stored),
      version,
    };
  }

  #location({ type, id }: StoredResource): string {
    return `${this.#endpoint(type)}/${id}`;
  }

  #endpoint(type: StoredResource['type']): string {
    return this.provisioning.baseUrl + this.scope.types[type].endpoint;
  }

  /** Stands for the groups and the manager that a user shows; users of a page are often in the same groups. */
  #digest(groups: readonly GroupOfUser[], manager: JsonObject | undefined): string | undefined {
    if (groups.length === 0 && manager === undefined) return undefined;
    const text = JSON.stringify([...groups.map(({ id, version, type }) => [id, version, type]), manager ?? null]);
    let digest = this.#digests.get(text);
    if (digest === undefined) this.#digests.set(text, (digest = hash('sha256', text).slice(0, 12)));
    return digest;
  }
}

interface Derived {
  readonly groups: ReadonlyMap<string, readonly GroupOfUser[]>;
  readonly managers: ReadonlyMap<string, string | undefined>;
}

/** Members as JSON text, put together from parts in one go: a group may have a million. */
function membersText(members: readonly Member[], endpoint: (type: Member['type']) => string): string {
  const kinds = {
    User: [`","$ref":"${endpoint('User')}/`, '","type":"User'],
    Group: [`","$ref":"${endpoint('Group')}/`, '","type":"Group'],
  } as const;
  const parts: string[] = [];
  for (const { id, type, display } of members) {
    const [ref, kind] = kinds[type];
    parts.push(parts.length === 0 ? '{"value":"' : ',{"value":"', id, ref, id, kind);
    if (display === undefined) parts.push('"}');
    else parts.push('","display":', JSON.stringify(display), '}');
  }
  return parts.join('');
}

/** A group's tag where it shows its members: what they are called changes without the group's version. */
function tagWithMembers({ version, membersVersion }: StoredResource): string {
  return weakTag(version, membersVersion === 0 ? undefined : `M${membersVersion}`);
}

/** The resource that a stored text holds. */
export function resourceOf(stored: StoredResource): JsonObject {
  const resource: unknown = JSON.parse(stored.document);
  if (!isJsonObject(resource)) throw new Error(`resource ${stored.id} is not stored as an object`);
  return resource;
}

const documentOf = (stored: StoredResource): JsonObject => ({ id: stored.id, ...resourceOf(stored) });

/** The id of a user's manager; most users are told apart without being parsed. */
function managerOf(stored: StoredResource): readonly string[] {
  if (!stored.document.includes('"manager"')) return [];
  const extension = resourceOf(stored)[ENTERPRISE_USER_SCHEMA.id];
  const manager = isJsonObject(extension) ? extension['manager'] : undefined;
  return isJsonObject(manager) && typeof manager['value'] === 'string' ? [manager['value']] : [];
}

function withManager(stored: StoredResource, shown: JsonObject | undefined): JsonObject {
  const resource = documentOf(stored);
  const extension = resource[ENTERPRISE_USER_SCHEMA.id];
  if (shown === undefined || !isJsonObject(extension) || !isJsonObject(extension['manager'])) return resource;
  return {
    ...resource,
    [ENTERPRISE_USER_SCHEMA.id]: { ...extension, manager: { ...extension['manager'], ...shown } },
  };
}
