// Knex on SQLite or PostgreSQL, as its documentation has it.
import knexOn from 'knex';

const COLUMNS = { userName: 'user_name', externalId: 'external_id', displayName: 'display_name' };

const documentOf = (row) => row?.document;

export function openKnexStore(url) {
  const afterCreate = (connection, done) =>
    connection.exec('pragma journal_mode = wal; pragma synchronous = full', done);
  const knex = url.startsWith('postgres')
    ? knexOn({ client: 'pg', connection: url })
    : knexOn({ client: 'sqlite3', connection: { filename: url }, useNullAsDefault: true, pool: { afterCreate } });
  return {
    find: async (table, id) => documentOf(await knex(table).where({ id }).first('document')),
    findBy: async (table, name, value) =>
      (
        await knex(table)
          .where({ [COLUMNS[name]]: value })
          .select('document')
      ).map(documentOf),
    containing: async (name, value, limit) =>
      (await knex('users').where('document', 'like', `%"${name}":"%${value}%`).limit(limit).select('document')).map(
        documentOf,
      ),
    page: async (table, limit, offset) =>
      (await knex(table).orderBy('id').limit(limit).offset(offset).select('document')).map(documentOf),
    count: async (table) => Number((await knex(table).count({ total: '*' }))[0].total),
    insertUser: (id, user_name, external_id, document) =>
      knex('users').insert({ id, user_name, external_id, document }),
    updateUser: (id, document) => knex('users').where({ id }).update({ document }),
    members: async (group_id) =>
      (await knex('members').where({ group_id }).select('user_id')).map((row) => row.user_id),
    addMember: (group_id, user_id) => knex('members').insert({ group_id, user_id }).onConflict().ignore(),
    removeMember: (group_id, user_id) => knex('members').where({ group_id, user_id }).del(),
  };
}
