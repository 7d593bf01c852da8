// scimmy-routers on better-sqlite3: handlers by its documentation, https://scimmyjs.github.io, each lookup by an index, each
// page by LIMIT. A group that is patched is read and written whole, since SCIMMY hands its handlers nothing else.
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

const { PORT, BENCH_FILE, BENCH_TOKEN } = process.env;

const database = new Database(BENCH_FILE);
database.pragma('journal_mode = wal');
database.pragma('synchronous = full');

const statements = new Map();
const sql = (text) => {
  if (!statements.has(text)) statements.set(text, database.prepare(text));
  return statements.get(text);
};

const COLUMNS = { username: 'user_name', externalid: 'external_id', displayname: 'display_name' };

/** The one column that a filter compares for equality, if it does no more than that. */
function lookedUp(filter) {
  if (filter.length !== 1) return undefined;
  const [[name, comparison], ...others] = Object.entries(filter[0]);
  const column = COLUMNS[name.toLowerCase()];
  return others.length === 0 && column !== undefined && comparison?.[0] === 'eq' ? [column, comparison[1]] : undefined;
}

/** Resources of a table that a request asks for. */
function read(table, resource, toResource) {
  if (resource.id) {
    const row = sql(`select * from ${table} where id = ?`).get(resource.id);
    if (!row) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
    return toResource(row);
  }
  if (resource.filter) {
    const [column, value] = lookedUp([...resource.filter]) ?? [];
    if (column) return sql(`select * from ${table} where ${column} = ?`).all(value.toLowerCase()).map(toResource);
    return resource.filter.match(sql(`select * from ${table}`).all().map(toResource));
  }
  const { startIndex = 1, count = 20 } = resource.constraints ?? {};
  const { total } = sql(`select count(*) as total from ${table}`).get();
  if (resource.constraints) resource.constraints.totalResults = total;
  return sql(`select * from ${table} order by id limit ? offset ?`)
    .all(count, startIndex - 1)
    .map(toResource);
}

const userOf = ({ id, document }) => ({ ...JSON.parse(document), id });
const groupOf = ({ id, document }) => ({
  ...JSON.parse(document),
  id,
  members: sql('select user_id as value from members where group_id = ?').all(id),
});

const writeUser = sql(
  `insert into users (id, user_name, external_id, document) values (?, ?, ?, ?)
   on conflict (id) do update set user_name = excluded.user_name, external_id = excluded.external_id, document = excluded.document`,
);

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .extend(SCIMMY.Schemas.EnterpriseUser)
  .egress((resource) => read('users', resource, userOf))
  .ingress((resource, data) => {
    const user = JSON.parse(JSON.stringify({ ...data, id: resource.id ?? randomUUID() }));
    writeUser.run(user.id, user.userName.toLowerCase(), user.externalId ?? null, JSON.stringify(user));
    return user;
  })
  .degress((resource) => void sql('delete from users where id = ?').run(resource.id));

const writeGroup = database.transaction((group, members) => {
  sql(
    `insert into groups (id, display_name, document) values (?, ?, ?)
     on conflict (id) do update set display_name = excluded.display_name, document = excluded.document`,
  ).run(group.id, group.displayName.toLowerCase(), JSON.stringify(group));
  sql('delete from members where group_id = ?').run(group.id);
  for (const { value } of members)
    sql('insert or ignore into members (group_id, user_id) values (?, ?)').run(group.id, value);
});

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .egress((resource) => read('groups', resource, groupOf))
  .ingress((resource, data) => {
    const { members = [], ...group } = JSON.parse(JSON.stringify({ ...data, id: resource.id ?? randomUUID() }));
    writeGroup(group, members);
    return { ...group, members };
  })
  .degress((resource) => void sql('delete from groups where id = ?').run(resource.id));

const app = express();
app.use(
  '/scim',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('Authorization') !== `Bearer ${BENCH_TOKEN}`) throw new Error('Authorization not detected!');
      return 'bench';
    },
  }),
);
app.listen(Number(PORT), '127.0.0.1');
