import fc from 'fast-check';
import type { DirectoryWriter, Storage } from '../../storage/storage.js';
import { newGroup, newUser, userContent } from '../../storage/testing/resources.fixture.js';

/** A company's staging directory: users and groups by their ids. */
export interface Company {
  readonly users: Readonly<
    Record<string, { readonly userName: string; readonly active: boolean; readonly title: string }>
  >;
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

const USERS = ['u0', 'u1', 'u2', 'u3', 'u4'];
const GROUPS = ['g0', 'g1', 'g2'];
const AT = '2026-02-02T00:00:00.000Z';

/** Any company of a few people, whose userNames go from hand to hand. */
export const companies: fc.Arbitrary<Company> = fc
  .record({
    names: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: USERS.length }),
    present: fc.subarray(USERS),
    states: fc.array(fc.record({ active: fc.boolean(), title: fc.constantFrom('Baker', 'Cook') }), {
      minLength: USERS.length,
      maxLength: USERS.length,
    }),
    groups: fc.subarray(GROUPS),
    members: fc.array(fc.subarray([...USERS, ...GROUPS]), { minLength: GROUPS.length, maxLength: GROUPS.length }),
  })
  .map(({ names, present, states, groups, members }) => ({
    users: Object.fromEntries(
      present.map((id) => {
        const index = USERS.indexOf(id);
        const { active = true, title = '' } = states[index] ?? {};
        return [id, { userName: `${names[index] ?? id}@example.com`, active, title }];
      }),
    ),
    groups: Object.fromEntries(
      groups.map((id) => {
        const there = (member: string): boolean =>
          member !== id && (present.includes(member) || groups.includes(member));
        return [id, (members[GROUPS.indexOf(id)] ?? []).filter(there)];
      }),
    ),
  }));

/** Brings a tenant's staging directory to a company, by changes of what differs. */
export async function stage(storage: Storage, tenantId: string, before: Company, after: Company): Promise<void> {
  await storage.write(tenantId, async (directory) => {
    for (const id of Object.keys(before.groups)) if (!(id in after.groups)) await directory.remove('Group', id, AT);
    for (const id of Object.keys(before.users)) if (!(id in after.users)) await directory.remove('User', id, AT);
    await stageUsers(directory, before, after);
    for (const id of Object.keys(after.groups)) if (!(id in before.groups)) await directory.insert(newGroup(id));
    for (const [id, add] of Object.entries(after.groups)) {
      const change = await directory.changeMembers(id, [{ kind: 'delta', clear: true, add, remove: [] }]);
      if (change.kind === 'done' && change.changed) await directory.touch('Group', id, AT);
    }
  });
}

/** Names that go round in a circle pass through others, since no two users have one at a time. */
async function stageUsers(directory: DirectoryWriter, before: Company, after: Company): Promise<void> {
  const changed = Object.entries(after.users).filter(
    ([id, user]) => JSON.stringify(before.users[id]) !== JSON.stringify(user),
  );
  for (const [id] of changed) {
    if (id in before.users) await directory.update('User', id, AT, userContent(`on the way ${id}`));
    else await directory.insert(newUser(`on the way ${id}`, {}, id));
  }
  for (const [id, { userName, active, title }] of changed) {
    await directory.update('User', id, AT, userContent(userName, { active, title }));
  }
}

/** Nobody yet. */
export const NOBODY: Company = { users: {}, groups: {} };
