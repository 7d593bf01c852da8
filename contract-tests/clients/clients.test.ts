import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atPointer, isObject, type Json } from '../../tools/entra-client/json.js';
import { Operator } from '../server/operator.js';
import { startServer, type RunningServer } from '../server/start-server.js';
import { USER, type ClientAnswer, type GeneratedClient, type UserBody } from './answer.js';
import { generateHeyApiClient, type GeneratedCode } from './hey-api.js';
import { openapiFetchClient } from './openapi-fetch.js';

let server: RunningServer;
let operator: Operator;
let heyApi: GeneratedCode;

beforeAll(async () => {
  heyApi = await generateHeyApiClient();
  server = await startServer();
  operator = new Operator(server.origin, server.adminToken);
}, 300_000);
afterAll(async () => {
  await server.stop();
  await heyApi.remove();
});

type Make = (origin: string, token: string) => GeneratedClient;

const generators: readonly (readonly [string, Make])[] = [
  ['openapi-fetch', openapiFetchClient],
  ['@hey-api/openapi-ts', (origin, token) => heyApi.client(origin, token)],
];

const at = ({ body }: ClientAnswer, pointer: string): Json | undefined =>
  isObject(body) ? atPointer(body, pointer) : undefined;

const idOf = (answer: ClientAnswer): string => String(at(answer, '/id'));

const userBody = (userName: string): UserBody => ({
  schemas: [USER],
  userName,
  active: true,
  emails: [{ value: userName, type: 'work', primary: true }],
});

describe.each(generators)('a client that %s generates from openapi/scim.yaml', (_name, make) => {
  const newClient = async (): Promise<GeneratedClient> =>
    make(server.origin, (await operator.createTenant(randomUUID())).token);

  test('sees a user through a whole life', async () => {
    const client = await newClient();
    const userName = `${randomUUID()}@contoso.example`;
    const filter = `userName eq "${userName}"`;
    expect(at(await client.listUsers({ filter }), '/totalResults')).toBe(0);

    const created = await client.createUser(userBody(userName));
    const id = idOf(created);
    expect([created.status, at(created, '/active')]).toEqual([201, true]);
    expect(at(await client.listUsers({ filter, count: 1, attributes: 'userName' }), '/Resources/0/id')).toBe(id);
    expect(at(await client.searchUsers(filter), '/Resources/0/id')).toBe(id);

    const disabled = await client.patchUser(id, [{ op: 'replace', path: 'active', value: false }]);
    expect([disabled.status, at(disabled, '/active')]).toEqual([200, false]);
    const replaced = await client.replaceUser(id, userBody(`new.${userName}`));
    expect([replaced.status, at(replaced, '/userName'), at(replaced, '/active')]).toEqual([
      200,
      `new.${userName}`,
      true,
    ]);

    expect((await client.deleteUser(id)).status).toBe(204);
    const gone = await client.getUser(id);
    expect([gone.status, at(gone, '/status')]).toEqual([404, '404']);
  });

  test('puts a user into a group', async () => {
    const client = await newClient();
    const [one, other] = [await client.createUser(userBody('one')), await client.createUser(userBody('other'))];
    const group = await client.createGroup('Wardens', idOf(one));
    expect(group.status).toBe(201);
    expect((await client.addMember(idOf(group), idOf(other))).status).toBe(204);
    expect(at(await client.getGroup(idOf(group)), '/members')).toHaveLength(2);
  });

  test('is told what is wrong with what it sent', async () => {
    const refused = await (await newClient()).createUser(userBody(''));
    expect([refused.status, at(refused, '/scimType'), at(refused, '/detail')]).toEqual([
      400,
      'invalidValue',
      '"userName" must not be empty.',
    ]);
  });

  test('reads what the server can do', async () => {
    const config = await (await newClient()).getServiceProviderConfig();
    expect([config.status, at(config, '/patch/supported')]).toEqual([200, true]);
  });

  test('is accepted by its token and by nothing else', async () => {
    const stranger = make(server.origin, `fwscim_${'0'.repeat(49)}`);
    expect((await stranger.listUsers({ count: 1 })).status).toBe(401);
  });
});
