/** A database URL, read. */
export type DatabaseUrl =
  { readonly dialect: 'sqlite'; readonly path: string } | { readonly dialect: 'postgres'; readonly url: string };

/**
 * Reads `sqlite:PATH` and `postgres://…` or `postgresql://…`.
 * @throws Error that says what to write; it does not repeat the URL, which may hold a password.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  if (text.startsWith('sqlite:')) return { dialect: 'sqlite', path: sqlitePath(text.slice('sqlite:'.length)) };
  const scheme = text.slice(0, text.indexOf('://'));
  if (scheme === 'postgres' || scheme === 'postgresql') return { dialect: 'postgres', url: checkedMode(text) };
  throw new Error(
    'DATABASE_URL must be sqlite:PATH (such as sqlite:./data/flexwhere-scim.sqlite) or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  );
}

/** What to call a database in messages: without the user and the password. */
export function nameOf(database: DatabaseUrl): string {
  if (database.dialect === 'sqlite') return database.path;
  // The path to a socket in place of a host makes a URL that only PostgreSQL's clients can read.
  if (!URL.canParse(database.url)) return 'PostgreSQL';
  const { host, pathname } = new URL(database.url);
  return host + pathname;
}

/** What the driver does with any other word, such as a mistyped one, is nowhere written. */
const MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function checkedMode(url: string): string {
  const mode = new URLSearchParams(url.split('?')[1] ?? '').get('sslmode');
  if (mode === null || MODES.includes(mode)) return url;
  throw new Error(`sslmode in DATABASE_URL must be one of ${MODES.join(', ')}; it is "${mode}"`);
}

function sqlitePath(rest: string): string {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (path === '' || path.includes('\0') || path.startsWith(':')) {
    throw new Error('DATABASE_URL of SQLite must name a file, such as sqlite:./data/flexwhere-scim.sqlite');
  }
  return path;
}
