import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { databaseUnavailable } from './database.js';

/** What only the server's own user may read and write: personal data. */
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

const FILES = ['', '-wal', '-shm'];

/** The file of a SQLite database and its companions, watched: whether they still are those that were opened. */
export class SqliteFile {
  readonly #path: string;
  readonly #opened = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Makes the folder and the file where they are missing. Whoever else could read the file, cannot any more; SQLite gives
   * the files that it adds the same mode. A folder that was there may have other things in it, and stays as it is.
   */
  prepare(): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: OWN_FOLDER });
    closeSync(openSync(this.#path, 'a', OWN_FILE));
    for (const suffix of FILES) {
      if (this.#identity(suffix) !== undefined) chmodSync(this.#path + suffix, OWN_FILE);
    }
  }

  /** Remembers which files are open: those that there are now. */
  opened(): void {
    for (const suffix of ['', '-wal']) {
      const identity = this.#identity(suffix);
      if (identity !== undefined) this.#opened.set(suffix, identity);
    }
  }

  /**
   * Some microseconds: two stats.
   * @throws ScimError 503 where a file has been removed or replaced: what is written now is lost when the server stops.
   */
  check(): void {
    for (const [suffix, identity] of this.#opened) {
      if (this.#identity(suffix) !== identity)
        throw databaseUnavailable(new Error(`${this.#path}${suffix} ${REPLACED}`));
    }
  }

  /** The file's device and number; undefined if there is none. */
  #identity(suffix: string): string | undefined {
    const found = statSync(this.#path + suffix, { throwIfNoEntry: false });
    return found && `${found.dev} ${found.ino}`;
  }
}

const REPLACED =
  'was removed or replaced while the server had it open; writes are refused. Put it back, or restart the server to use the file that is there.';
