import { randomBytes, randomUUID } from 'node:crypto';
import { GROUP, USER } from '../../src/protocol/schemas/resource-types.js';
import { newSecretToken } from '../../src/tenants/secret-token.js';
import type { Asked } from './client.js';
import type { Hostile } from './hostile.js';

/** One way to cost a server much. */
export interface Shape {
  readonly name: string;
  readonly attack: (hostile: Hostile) => Promise<void>;
}

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const get = (path: string, parameters: Readonly<Record<string, string>> = {}): Asked => ({
  method: 'GET',
  path: `${path}?${new URLSearchParams(parameters).toString()}`,
});

const message = (method: string, path: string, body: object): Asked => ({ method, path, body: JSON.stringify(body) });

const search = (members: object): Asked =>
  message('POST', '/Users/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...members });

const patch = (path: string, Operations: readonly object[]): Asked =>
  message('PATCH', path, { schemas: [PATCH], Operations });

const user = (more: object): object => ({ schemas: [USER.schema.id], userName: randomUUID(), ...more });

/** Marks above and below in turn: all of them change places when text is brought into a normal form. */
const MARKS = `a${'\u0301\u0316'.repeat(200_000)}`;

const repeated: Shape = {
  name: '30,000 repeats of a query parameter',
  attack: (hostile) => hostile.flood(4, () => ({ method: 'GET', path: `/Users?${'a&'.repeat(30_000)}` })),
};

const attributes: Shape = {
  name: '480 kB of attributes in .search',
  attack: (hostile) => {
    const body = search({ attributes: Array.from({ length: 50_000 }, (_, index) => `a${index}`) });
    return hostile.flood(4, () => body);
  },
};

const sameAttributes: Shape = {
  name: '480 kB of attributes that exist in .search',
  attack: (hostile) => {
    const body = search({ attributes: Array.from({ length: 34_000 }, () => 'emails.type') });
    return hostile.flood(4, () => body);
  },
};

const marks: Shape = {
  name: '400,000 combining marks',
  attack: (hostile) =>
    hostile.flood(2, (turn) =>
      turn % 2 === 0
        ? message('POST', '/Users', user({ displayName: MARKS }))
        : patch(`/Users/${hostile.staged.userId(7)}`, [{ op: 'replace', path: 'displayName', value: MARKS }]),
    ),
};

const groupFilters: Shape = {
  name: 'group filters that look indexed',
  attack: (hostile) => {
    const { userId } = hostile.staged;
    const filters = [
      `members.value eq "${userId(0)}" and members[display co "nobody"]`,
      `members[value eq "${userId(0)}"] and not (members.display sw "zzz")`,
      `members.value eq "${userId(0)}" and (members.display co "nobody" or members.type eq "none")`,
      `displayName eq "group 200" and members[display co "nobody"]`,
      `members[value eq "${userId(0)}" and display co "nobody"]`,
    ];
    return hostile.flood(4, (turn) => get('/Groups', { filter: filters[turn % filters.length] ?? '' }));
  },
};

const memberFilters: Shape = {
  name: 'PATCH with member filters on 20,000 members',
  attack: (hostile) => {
    const operations = Array.from({ length: 1_000 }, (_, index) => ({
      op: 'remove',
      path: `members[display co "nobody ${index}"]`,
    }));
    return hostile.flood(4, () => patch(`/Groups/${hostile.staged.largeGroup}`, operations));
  },
};

const memberLists: Shape = {
  name: 'PATCH that adds and removes 20,000 members',
  attack: (hostile) => {
    const members = Array.from({ length: 20_000 }, (_, index) => ({ value: hostile.staged.userId(index) }));
    return hostile.flood(2, (turn) =>
      patch(`/Groups/${hostile.staged.largeGroup}`, [
        { op: turn % 2 === 0 ? 'remove' : 'add', path: 'members', value: members },
      ]),
    );
  },
};

/** The first users as members, with nothing but their ids. */
const members = ({ staged }: Hostile, count: number): readonly { readonly value: string }[] =>
  Array.from({ length: count }, (_, index) => ({ value: staged.userId(index) }));

const groupPuts: Shape = {
  name: 'PUT of a group of 20,000 members, 8 at a time',
  attack: (hostile) => {
    const whole = { schemas: [GROUP.schema.id], displayName: 'Everybody', members: members(hostile, 20_000) };
    const put = message('PUT', `/Groups/${hostile.staged.largeGroup}`, whole);
    return hostile.flood(8, () => put);
  },
};

const groupPosts: Shape = {
  name: 'POST of groups of 20,000 members, 8 at a time',
  attack: (hostile) => {
    const whole = { schemas: [GROUP.schema.id], members: members(hostile, 20_000) };
    return hostile.flood(8, () => message('POST', '/Groups', { ...whole, displayName: randomUUID() }));
  },
};

const wholeMembers: Shape = {
  name: 'PATCH of 19,000 members with all sub-attributes, 8 at a time',
  attack: (hostile) => {
    const value = members(hostile, 19_000).map((member) => ({
      ...{ ...member, $ref: `https://scim.example.com/scim/Users/${member.value}`, type: 'User', display: 'Somebody' },
    }));
    return hostile.flood(8, (turn) =>
      patch(`/Groups/${hostile.staged.largeGroup}`, [
        { op: turn % 2 === 0 ? 'remove' : 'add', path: 'members', value },
      ]),
    );
  },
};

const largePages: Shape = {
  name: 'pages of 100 users of 0.9 MB',
  attack: (hostile) =>
    hostile.flood(
      4,
      () => get('/Users', { count: '100' }),
      () => hostile.staged.largeToken,
    ),
};

const projectedPages: Shape = {
  name: 'the same with a projection and a sort',
  attack: (hostile) =>
    hostile.flood(
      4,
      () => get('/Users', { count: '100', attributes: 'title,emails', sortBy: 'userName' }),
      () => hostile.staged.largeToken,
    ),
};

const largeGroup: Shape = {
  name: 'a group of 20,000 members, read',
  attack: (hostile) => hostile.flood(8, () => get(`/Groups/${hostile.staged.largeGroup}`)),
};

const nested: Shape = {
  name: 'a thousand nested groups',
  attack: (hostile) =>
    hostile.flood(4, (turn) =>
      turn % 2 === 0
        ? get(`/Users/${hostile.staged.nestedUser}`)
        : get('/Users', { startIndex: '19901', count: '100', sortBy: 'id' }),
    ),
};

const request = (token: string, path: string): string =>
  `GET /scim${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;

const silent: Shape = {
  name: '200 clients that never read',
  attack: (hostile) => hostile.hold(200, request(hostile.staged.largeToken, '/Users?count=100')),
};

const pipelined: Shape = {
  name: '50 clients that never read, 100 requests each',
  attack: (hostile) => hostile.hold(50, request(hostile.staged.token, '/Users?count=1000').repeat(100)),
};

const slow: Shape = {
  name: '500 slow bodies, a byte a second',
  attack: (hostile) => {
    const head = `POST /scim/Users HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${hostile.staged.token}\r\n`;
    const body = 'Content-Type: application/scim+json\r\nContent-Length: 1000000\r\n\r\n{';
    return hostile.hold(500, head + body, (socket) => {
      const timer = setInterval(() => socket.writable && socket.write(' '), 1_000);
      socket.once('close', () => {
        clearInterval(timer);
      });
    });
  },
};

const idle: Shape = { name: '2,000 idle connections', attack: (hostile) => hostile.hold(2_000, 'GET') };

const reads: Shape = {
  name: 'lookups at full rate, 32 at a time',
  attack: (hostile) => hostile.flood(32, () => get('/Users', { filter: 'externalId eq "employee-4711"' })),
};

const scans: Shape = {
  name: 'filters without an index at full rate, 32 at a time',
  attack: (hostile) => hostile.flood(32, (turn) => get('/Users', { filter: `title co "nobody ${turn}"` })),
};

const writes: Shape = {
  name: 'creates at full rate, 32 at a time',
  attack: (hostile) => hostile.flood(32, () => message('POST', '/Users', user({}))),
};

const unknownTokens: Shape = {
  name: 'failed authentications, 32 at a time',
  attack: (hostile) =>
    hostile.flood(
      32,
      () => get('/Users'),
      () => newSecretToken((count) => randomBytes(count)),
    ),
};

const bulk: Shape = {
  name: 'bulk of 1,000 operations',
  attack: (hostile) =>
    hostile.flood(2, () =>
      message('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: Array.from({ length: 1_000 }, (_, index) => ({
          ...{ method: 'POST', path: '/Users', bulkId: `b${index}` },
          data: user({ title: 'x'.repeat(600) }),
        })),
      }),
    ),
};

/** What the quiet tenant measures when nobody is hostile. */
const nothing: Shape = { name: 'nothing', attack: (hostile) => hostile.hold(0, '') };

/** Every shape of which issue 12 speaks. */
export const SHAPES: readonly Shape[] = [
  ...[nothing, repeated, attributes, sameAttributes, marks, groupFilters, memberFilters, memberLists],
  ...[groupPuts, groupPosts, wholeMembers],
  ...[largePages, projectedPages, largeGroup, nested, silent, pipelined, slow, idle],
  ...[reads, scans, writes, unknownTokens, bulk],
];
