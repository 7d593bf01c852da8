import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schemas/enterprise-user.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { openTestDatabase } from '../../storage/testing/seed.fixture.js';
import { addTenant, sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { usePageSizesOfServer } from '../../testing/page-sizes.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { compileMapping } from '../plan/attribute-mapping.js';
import { DEFAULT_POLICY } from '../policy.js';
import { RUN_TUNING } from '../run/running.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';

const LINES = 300;

/** 5,000 changed lines are to take less than 4 MB; what is left are the ends of pages. */
const MOST_BYTES = 740;

const pick = (texts: readonly string[], index: number): string => texts[index % texts.length] ?? '';

/** An employee with all that Entra's default mapping and the default policy pass on. */
function employee(index: number, managerId: string) {
  const givenName = pick(['Anna', 'Benedikt', 'Chiara', 'Dominique', 'Elisabeth'], index);
  const familyName = pick(['Schneider', 'Van der Berg', 'Moreau', 'Kowalski'], index >> 2);
  const nickname = `${givenName}.${familyName.replaceAll(' ', '')}${index}`.toLowerCase();
  const mail = `${nickname}@contoso.example`;
  return newUser(
    mail,
    {
      externalId: nickname,
      displayName: `${givenName} ${familyName}`,
      name: { givenName, familyName },
      title: pick(['Account Manager', 'Software Engineer', 'Head of Product Design'], index),
      preferredLanguage: 'de-DE',
      emails: [{ type: 'work', value: mail, primary: true }],
      phoneNumbers: [
        { type: 'work', value: `+31 20 555 ${1_000 + index}` },
        { type: 'mobile', value: `+31 6 5550 ${1_000 + index}` },
      ],
      [ENTERPRISE_USER_SCHEMA.id]: {
        employeeNumber: String(100_000 + index),
        department: pick(['Sales', 'Research & Development', 'Human Resources'], index),
        manager: { value: managerId },
      },
    },
    newId(),
  );
}

it('a changed line of an employee takes less than 800 bytes while it is kept, with all that it is found by', async () => {
  usePageSizesOfServer();
  const test = await openTestDatabase(sqliteStorage);
  const [tenantId, managerId] = [newId(), newId()];
  await addTenant(test.storage, tenantId);
  const employees = Array.from({ length: LINES }, (_, index) => employee(index, managerId));
  await test.storage.write(tenantId, async (directory) => {
    for (const one of employees) await directory.insert(one);
  });
  const mapping = compileMapping(DEFAULT_POLICY.attributes, USER);
  await test.storage.writeSync(tenantId, async (sync) => {
    const staged = await sync.staged.page('User', undefined, LINES);
    const items = staged.map(({ id, document }, index) => {
      const user = JSON.parse(document) as Parameters<typeof mapping>[0];
      const moved = { department: 'Verkoop', ...(index % 2 === 0 ? {} : { jobTitle: 'Trainee' }) };
      const content = { name: String(user['userName']), active: true, attributes: { ...mapping(user), ...moved } };
      return {
        resourceId: id,
        accountId: newId(),
        stagedVersion: 0,
        policyRevision: 0,
        missingSince: undefined,
        content,
      };
    });
    await sync.mirror.put('User', items);
  });
  const backend = new MemoryBackend(true);
  const synchronization = createSynchronization({
    ...{ storage: test.storage, backend, tuning: RUN_TUNING },
    ...{ now: () => new Date(), newId: () => newId() },
  });
  const { plan } = await synchronization.plan(tenantId, 'ada');
  expect(plan.counts.accounts.update).toBe(LINES);
  const [room] = await test.database.lookup(
    ({ knex }) =>
      knex.raw(`select sum(pgsize - unused) as bytes from dbstat where name like '%sync_plan%'`) as Promise<
        readonly { readonly bytes: number }[]
      >,
  );
  expect((room?.bytes ?? Infinity) / LINES).toBeLessThan(MOST_BYTES);
  await test.close();
});
