import type { DirectoryGroup, DirectoryUser } from './company/directory.js';
import { isInScope } from './settings.js';
import type { Work } from './work.js';

/** What a cycle has to look at. */
export interface Agenda {
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
  /** The users whose manager waits for a retry. */
  readonly managers: readonly string[];
  /**
   * The users and groups whose membership in a group is to be seen to.
   * @param fresh whether the group has been matched or created just now
   */
  readonly membersOf: (group: DirectoryGroup, fresh: boolean) => ReadonlySet<string>;
}

/**
 * What changed in Entra since the watermark, and what is due for a retry; in an initial cycle all that is in scope, and
 * all that Entra still manages, as well.
 */
export function agendaOf(work: Work, watermark: number, initial: boolean): Agenda {
  const { directory, settings, retries, clock } = work;
  const dueMembers = new Set(retries.due('member', clock.now()));
  const membersOf = (group: DirectoryGroup, fresh: boolean): ReadonlySet<string> => {
    const changed = [...group.memberChanges].filter(
      ([member, revision]) => revision > watermark || dueMembers.has(`${group.objectId} ${member}`),
    );
    return new Set([...(fresh || initial ? group.members : []), ...changed.map(([member]) => member)]);
  };
  return {
    users: directory.users.filter(toDo(work, 'user', watermark, (user) => initial && isInScope(user, settings))),
    groups: directory.groups.filter(toDo(work, 'group', watermark, ({ assigned }) => initial && assigned)),
    managers: retries.due('manager', clock.now()),
    membersOf,
  };

  function toDo<Thing extends { readonly objectId: string; readonly changed: number }>(
    { links }: Work,
    kind: 'user' | 'group',
    since: number,
    wanted: (thing: Thing) => boolean,
  ): (thing: Thing) => boolean {
    const due = new Set(retries.due(kind, clock.now()));
    return (thing) => {
      const managed = initial && links.get(thing.objectId)?.managed === true;
      return managed || wanted(thing) || thing.changed > since || due.has(thing.objectId);
    };
  }
}
