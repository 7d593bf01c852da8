// Prepared statements of the driver, and nothing else.
import sqlite3 from 'sqlite3';

const COLUMNS = { userName: 'user_name', externalId: 'external_id', displayName: 'display_name' };

export function openBareStore(file) {
  const database = new sqlite3.Database(file);
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  const statements = new Map();
  const all = (sql, ...bindings) =>
    new Promise((resolve, reject) => {
      if (!statements.has(sql)) statements.set(sql, database.prepare(sql));
      statements.get(sql).all(bindings, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  const documents = async (sql, ...bindings) => (await all(sql, ...bindings)).map(({ document }) => document);
  return {
    find: async (table, id) => (await documents(`select document from ${table} where id = ?`, id))[0],
    findBy: (table, name, value) => documents(`select document from ${table} where ${COLUMNS[name]} = ?`, value),
    containing: (name, value, limit) =>
      documents(`select document from users where document like ? limit ${limit}`, `%"${name}":"%${value}%`),
    page: (table, limit, offset) =>
      documents(`select document from ${table} order by id limit ${limit} offset ?`, offset),
    count: async (table) => (await all(`select count(*) as total from ${table}`))[0].total,
    insertUser: (...row) => all('insert into users (id, user_name, external_id, document) values (?, ?, ?, ?)', ...row),
    updateUser: (id, document) => all('update users set document = ? where id = ?', document, id),
    members: async (id) =>
      (await all('select user_id from members where group_id = ?', id)).map(({ user_id }) => user_id),
    addMember: (...row) => all('insert into members (group_id, user_id) values (?, ?) on conflict do nothing', ...row),
    removeMember: (...row) => all('delete from members where group_id = ? and user_id = ?', ...row),
  };
}
