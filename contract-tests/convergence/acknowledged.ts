import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { readTarget, targetPath, withTarget } from '../../tools/entra-client/simulator/provision/target-path.js';
import type { Send, WireAnswer, WireRequest } from '../../tools/entra-client/simulator/wire/wire.js';
import { memberIds, textOf, type Staged } from './staged.js';

/** What the server has acknowledged of a resource. */
interface Kept {
  readonly type: 'users' | 'groups';
  resource: JsonObject;
  readonly members: Set<string>;
}

/**
 * What the server has to have by its own word: every request that it answered with success, one upon the other. Told by
 * what Entra's requests mean, for the few forms that they have.
 */
export class Acknowledged {
  readonly #kept = new Map<string, Kept>();

  /** Sends, and notes what is acknowledged. */
  noting(send: Send): Send {
    return async (request) => {
      const answer = await send(request);
      if (answer.status < 300) this.#note(request, answer);
      return answer;
    };
  }

  /** In what the staging directory is not what has been acknowledged; empty where it is. */
  wrongIn(staged: Staged): readonly string[] {
    const all = [...staged.users, ...staged.groups];
    const unknown = all.filter(([id]) => !this.#kept.has(id)).map(([id]) => `${id} is staged unasked`);
    const wrong = [...this.#kept].flatMap(([id, kept]) => {
      const resource = staged[kept.type].get(id);
      if (resource === undefined) return [`${id} was acknowledged, and is not staged`];
      return wrongValues(id, kept.resource, resource);
    });
    return [...unknown, ...wrong, ...this.wrongMembersIn(staged)];
  }

  /** In what the members of the groups are not what has been acknowledged. */
  wrongMembersIn({ groups }: Staged): readonly string[] {
    return [...groups].flatMap(([id, group]) => wrongMembers(id, this.#kept.get(id)?.members, group));
  }

  #note({ method, path, body = {} }: WireRequest, { text }: WireAnswer): void {
    const [, endpoint = '', id = ''] = path.split('/');
    if (method === 'POST') this.#created(endpoint, body, text);
    if (method === 'PATCH') this.#patched(id, body);
    if (method === 'DELETE') this.#deleted(id);
  }

  #created(endpoint: string, body: JsonObject, text: string): void {
    const created = parseJson(text);
    const id = isObject(created) ? textOf(created['id']) : '';
    this.#kept.set(id, { type: endpoint === 'Users' ? 'users' : 'groups', resource: body, members: new Set() });
  }

  #patched(id: string, { Operations: operations = [] }: JsonObject): void {
    const kept = this.#kept.get(id);
    if (kept === undefined || !isArray(operations)) return;
    for (const operation of operations.filter(isObject)) apply(kept, operation);
  }

  #deleted(id: string): void {
    this.#kept.delete(id);
    for (const { members } of this.#kept.values()) members.delete(id);
  }
}

function apply(kept: Kept, { op = '', path, value = null }: JsonObject): void {
  if (typeof path !== 'string') {
    for (const [key, inner] of Object.entries(isObject(value) ? value : {})) set(kept, key, inner);
  } else if (path.startsWith('members')) {
    for (const id of isArray(value) ? memberIds({ members: value }) : [path.split('"')[1] ?? '']) {
      if (textOf(op).toLowerCase() === 'remove') kept.members.delete(id);
      else kept.members.add(id);
    }
  } else {
    set(kept, path, value);
  }
}

function set(kept: Kept, path: string, value: Json): void {
  const meant = path === 'active' && typeof value === 'string' ? value === 'True' : value;
  kept.resource = withTarget(kept.resource, targetPath(path), meant);
}

function wrongMembers(id: string, members: Iterable<string> = [], resource: JsonObject): readonly string[] {
  const staged = memberIds(resource).toSorted();
  const wanted = [...members].toSorted();
  return JSON.stringify(staged) === JSON.stringify(wanted)
    ? []
    : [`${id} has the members ${staged.join()}, not ${wanted.join()}`];
}

/** `schemas`, `meta` and an empty list of roles are the server's to write. */
const UNCOMPARED = ['schemas', 'meta', 'roles'];

function wrongValues(id: string, kept: JsonObject, staged: JsonObject): readonly string[] {
  const names = Object.keys(kept).filter((name) => !UNCOMPARED.includes(name));
  return names.filter((name) => !contains(staged[name], kept[name])).map((name) => `${id} lost its ${name}`);
}

/** Whether a value has all that was acknowledged; a reference is an object with the id in `value`. */
function contains(staged: Json | undefined, kept: Json | undefined): boolean {
  if (isArray(kept)) return isArray(staged) && kept.every((one) => staged.some((other) => contains(other, one)));
  if (!isObject(kept)) return staged === kept || (isObject(staged) && readTarget(staged, VALUE) === kept);
  return isObject(staged) && Object.entries(kept).every(([name, inner]) => contains(staged[name], inner));
}

const VALUE = targetPath('value');
