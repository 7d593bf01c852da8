import { mappedValues } from '../../tools/entra-client/simulator/provision/attribute-mapping.js';
import type { Directory } from '../../tools/entra-client/simulator/company/directory.js';
import type { InjectedFault } from '../../tools/entra-client/simulator/wire/faults.js';
import type { Links } from '../../tools/entra-client/simulator/provision/links.js';
import { DEFAULT_SETTINGS, isAssignedInScope } from '../../tools/entra-client/simulator/settings.js';
import { textOf } from './staged.js';

/** What is remembered of a history, since the staging directory keeps what Entra no longer says. */
export class Journal {
  /** Every value that any user ever had at a target. */
  readonly values = new Map<string, Set<unknown>>();
  /** The managers that a user ever had. */
  readonly managers = new SetOf();
  /** The members that a group ever had. */
  readonly members = new SetOf();
  /** The names that a group ever had. */
  readonly groupNames = new SetOf();
  /** The objects that an id was ever linked with. */
  readonly owners = new SetOf();
  /** The objects whose ids Entra has forgotten. */
  readonly forgotten = new Set<string>();
  /** The users and groups, by externalId, whose creation took effect without Entra's learning of it. */
  readonly lostCreates = new Set<string>();
  /** Those who were ever in the directory without being assigned. */
  readonly everUnassigned = new Set<string>();

  /** Notes how things are now. */
  note(directory: Directory, links: Links): void {
    for (const user of directory.users) {
      for (const { target, value } of mappedValues(user, DEFAULT_SETTINGS.mapping)) {
        this.values.set(target.text, (this.values.get(target.text) ?? new Set()).add(value));
      }
      if (user.manager !== undefined) this.managers.add(user.objectId, user.manager);
      if (!isAssignedInScope(user, DEFAULT_SETTINGS)) this.everUnassigned.add(user.objectId);
    }
    for (const { objectId, displayName, members } of directory.groups) {
      this.groupNames.add(objectId, displayName);
      for (const member of members) this.members.add(objectId, member);
    }
    for (const { objectId } of [...directory.users, ...directory.groups]) {
      const id = links.get(objectId)?.id;
      if (id !== undefined) this.owners.add(id, objectId);
    }
  }

  /** Notes a fault. */
  fault({ fault, request }: InjectedFault): void {
    const creates = request.purpose === 'create user' || request.purpose === 'create group';
    if (fault === 'answer lost' && creates) this.lostCreates.add(textOf(request.body?.['externalId']));
  }
}

/** Sets of texts by a text. */
class SetOf {
  readonly #sets = new Map<string, Set<string>>();

  add(key: string, value: string): void {
    this.#sets.set(key, (this.#sets.get(key) ?? new Set()).add(value));
  }

  of(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? new Set();
  }
}
