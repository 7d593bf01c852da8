import { describe, expect, it } from 'vitest';
import { ADA, ENTERPRISE, PROBE } from './job.fixture.js';
import { answer, forgetfulServer, lines, operations, playedJob, type PlayedJob } from './played-job.fixture.js';
import type { Dialect } from './settings.js';

async function provisioned(dialect: Dialect = 'legacy'): Promise<PlayedJob> {
  const played = playedJob({ dialect });
  played.directory.addUser('ada', ADA);
  played.directory.addUser('bo', { userPrincipalName: 'bo@contoso.example', mailNickname: 'bo' });
  played.directory.addGroup('team', 'Floor wardens');
  played.directory.addMember('team', 'bo');
  await played.job.cycle();
  return played;
}

describe('an initial cycle', () => {
  it('probes, looks everybody up, creates, and links references last', async () => {
    const { job, directory, sent } = playedJob();
    directory.addUser('ada', ADA);
    directory.addUser('bo', { userPrincipalName: 'bo@contoso.example', mailNickname: 'bo' });
    directory.changeUser('ada', { manager: 'bo' });
    directory.addGroup('team', 'Floor wardens');
    directory.addMember('team', 'ada');
    await job.cycle();
    const requests = sent();
    expect(lines(requests)).toEqual([
      PROBE,
      'GET /Users?filter=userName+eq+%22ada.o%27hara%40contoso.example%22',
      'POST /Users',
      'GET /Users?filter=userName+eq+%22bo%40contoso.example%22',
      'POST /Users',
      'GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Floor+wardens%22',
      'POST /Groups',
      'PATCH /Users/id-1',
      'PATCH /Groups/id-3',
    ]);
    expect(operations(requests)).toEqual([
      [{ op: 'Add', path: `${ENTERPRISE}:manager`, value: 'id-2' }],
      [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'id-1' }] }],
    ]);
  });

  it('creates with both URNs, the primary mailbox, and nothing for what is empty', async () => {
    const { job, directory, sent } = playedJob();
    directory.addUser('ada', ADA);
    await job.cycle();
    expect(sent().find(({ method }) => method === 'POST')?.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      externalId: 'ada',
      userName: "ada.o'hara@contoso.example",
      active: true,
      displayName: 'Ada',
      emails: [{ primary: true, type: 'work', value: 'ada@contoso.example' }],
      name: { givenName: 'Ada', familyName: "O'Hara", formatted: "Ada O'Hara" },
      meta: { resourceType: 'User' },
      roles: [],
    });
  });

  it('creates a group with Microsoft’s own schema, and without members', async () => {
    const { job, directory, sent } = playedJob();
    directory.addGroup('team', 'Floor wardens');
    await job.cycle();
    expect(sent().find(({ method }) => method === 'POST')?.body).toEqual({
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: 'team',
      displayName: 'Floor wardens',
      meta: { resourceType: 'Group' },
    });
  });

  it('provisions nobody who is unassigned, blocked or filtered out', async () => {
    const { job, directory, sent } = playedJob({ scopingFilter: { department: 'Sales' } });
    directory.addUser('unassigned', { ...ADA, department: 'Sales' }, false);
    directory.addUser('blocked', { ...ADA, department: 'Sales' });
    directory.changeUser('blocked', { accountEnabled: false });
    directory.addUser('elsewhere', { ...ADA, department: 'Reception' });
    await job.cycle();
    expect(lines(sent())).toEqual([PROBE]);
  });

  it('asks for the matching attributes in their order', async () => {
    const { job, directory, sent } = playedJob({ matching: ['externalId', 'emails[type eq "work"].value'] });
    directory.addUser('ada', ADA);
    await job.cycle();
    expect(lines(sent()).slice(1, 3)).toEqual([
      'GET /Users?filter=externalId+eq+%22ada%22',
      'GET /Users?filter=emails%5btype+eq+%22work%22%5d.value+eq+%22ada%40contoso.example%22',
    ]);
  });
});

describe('an incremental cycle', () => {
  it('only probes when nothing has changed', async () => {
    const { job, sent } = await provisioned();
    sent();
    await job.cycle();
    expect(lines(sent())).toEqual([PROBE]);
  });

  const CHANGES: readonly [Dialect, readonly unknown[]][] = [
    [
      'legacy',
      [
        { op: 'Replace', path: 'displayName', value: 'Ada Lind' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'lind@contoso.example' },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+31 6' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Sales' },
      ],
    ],
    [
      'flag',
      [
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'lind@contoso.example' },
        { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+31 6' },
        { op: 'replace', value: { displayName: 'Ada Lind', [`${ENTERPRISE}:department`]: 'Sales' } },
      ],
    ],
  ];

  it.each(CHANGES)('reads a user by the cached id and sends the differences only: %s', async (dialect, expected) => {
    const { job, directory, sent } = await provisioned(dialect);
    sent();
    const changes = { displayName: 'Ada Lind', mail: 'lind@contoso.example', mobile: '+31 6', department: 'Sales' };
    for (const [name, value] of Object.entries(changes)) directory.setAttribute('ada', name, value);
    directory.setAttribute('ada', 'surname', undefined);
    directory.setAttribute('ada', 'givenName', undefined);
    await job.cycle();
    const requests = sent();
    expect(lines(requests)).toEqual([PROBE, 'GET /Users/id-1', 'PATCH /Users/id-1']);
    expect(operations(requests)).toEqual([expected]);
  });

  const ENDINGS: readonly [string, (played: PlayedJob) => void, Dialect, readonly unknown[]][] = [
    [
      'whoever is unassigned',
      ({ directory }) => {
        directory.changeUser('ada', { assigned: false });
      },
      'legacy',
      [[{ op: 'Replace', path: 'active', value: 'False' }]],
    ],
    [
      'whoever is blocked',
      ({ directory }) => {
        directory.changeUser('ada', { accountEnabled: false });
      },
      'flag',
      [[{ op: 'replace', path: 'active', value: false }]],
    ],
    [
      'whoever is in the recycle bin',
      ({ directory }) => {
        directory.changeUser('ada', { state: 'deleted' });
      },
      'legacy',
      [[{ op: 'Replace', path: 'active', value: 'False' }]],
    ],
    [
      'a member that leaves, named in the value',
      ({ directory }) => {
        directory.removeMember('team', 'bo');
      },
      'legacy',
      [[{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'id-2' }] }]],
    ],
    [
      'a member that leaves, by a filter',
      ({ directory }) => {
        directory.removeMember('team', 'bo');
      },
      'flag',
      [[{ op: 'remove', path: 'members[value eq "id-2"]' }]],
    ],
    [
      'a group that is renamed, without a path',
      ({ directory }) => {
        directory.changeGroup('team', { displayName: 'Wardens' });
      },
      'flag',
      [[{ op: 'replace', value: { displayName: 'Wardens' } }]],
    ],
  ];

  it.each(ENDINGS)('sends for %s', async (_what, happens, dialect, expected) => {
    const played = await provisioned(dialect);
    played.sent();
    happens(played);
    await played.job.cycle();
    expect(operations(played.sent())).toEqual(expected);
  });

  it('deletes who is purged, and leaves alone who had been unassigned before', async () => {
    const { job, directory, sent } = await provisioned();
    directory.changeUser('bo', { assigned: false });
    await job.cycle();
    sent();
    for (const objectId of ['ada', 'bo']) directory.changeUser(objectId, { state: 'purged' });
    await job.cycle();
    expect(lines(sent())).toEqual([PROBE, 'DELETE /Users/id-1']);
  });

  it('deletes a group that leaves the scope', async () => {
    const { job, directory, sent } = await provisioned();
    sent();
    directory.changeGroup('team', { assigned: false });
    await job.cycle();
    expect(lines(sent())).toEqual([PROBE, 'DELETE /Groups/id-3']);
  });

  it('looks for a match, and creates anew, when a cached id is unknown', async () => {
    let lost = false;
    const server = forgetfulServer(({ path }) => (lost && path === '/Users/id-1' ? answer(404) : undefined));
    const { job, directory, sent } = playedJob({}, server);
    directory.addUser('ada', ADA);
    await job.cycle();
    sent();
    lost = true;
    directory.setAttribute('ada', 'jobTitle', 'Host');
    await job.cycle();
    expect(sent().map(({ purpose }) => purpose)).toEqual(['probe', 'read user', 'find user', 'create user']);
    expect(job.links.ownId('ada')).toBe('id-2');
  });

  it('does not catch up a member who comes into scope, until a restart', async () => {
    const { job, directory, sent } = await provisioned();
    directory.addUser('cy', { userPrincipalName: 'cy@contoso.example' }, false);
    directory.addMember('team', 'cy');
    await job.cycle();
    directory.changeUser('cy', { assigned: true });
    sent();
    await job.cycle();
    expect(sent().filter(({ purpose }) => purpose === 'add member')).toEqual([]);
    job.restart({ forgetIds: false });
    await job.cycle();
    expect(sent().filter(({ purpose }) => purpose === 'add member')).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('reads everybody by the cached ids', async () => {
    const { job, sent } = await provisioned();
    sent();
    job.restart({ forgetIds: false });
    await job.cycle();
    expect(sent().map(({ purpose }) => purpose)).toEqual([
      'probe',
      'read user',
      'read user',
      'read group',
      'add member',
    ]);
  });

  it('without the ids looks everybody up', async () => {
    const { job, sent } = await provisioned();
    sent();
    job.restart({ forgetIds: true });
    await job.cycle();
    expect(sent().map(({ purpose }) => purpose)).toContain('find user');
    expect(sent()).toEqual([]);
  });
});

describe('an on-demand run', () => {
  it('probes three times, speaks without the flag, and sends five members at most', async () => {
    const { job, directory, sent } = await provisioned('flag');
    for (let number = 0; number < 7; number += 1) {
      directory.addUser(`user-${number}`, { userPrincipalName: `u${number}@contoso.example` });
      directory.addMember('team', `user-${number}`);
    }
    await job.cycle();
    sent();
    directory.setAttribute('ada', 'displayName', 'A');
    await job.provisionOnDemand('ada');
    expect(operations(sent())).toEqual([[{ op: 'Replace', path: 'displayName', value: 'A' }]]);
    await job.provisionOnDemand('team');
    const purposes = sent().map(({ purpose }) => purpose);
    expect(purposes).toEqual([...Array<string>(3).fill('probe'), 'read group', ...Array<string>(5).fill('add member')]);
  });
});
