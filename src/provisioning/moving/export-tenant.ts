import { createHash } from 'node:crypto';
import { conflict, notFound } from '../../protocol/scim-error.js';
import type { Storage } from '../../storage/storage.js';
import type { TenantMoves, TenantSnapshot } from '../../storage/tenant-moves.js';
import { headerOf, MOST_LINE_BYTES, rowLine, type MoveEnd } from './format.js';

/** What was exported. */
export interface ExportedTenant {
  readonly users: number;
  readonly groups: number;
  readonly lines: number;
  readonly sha256: string;
}

interface Exporting {
  readonly storage: Pick<Storage, 'moves'>;
  readonly now: () => Date;
}

/**
 * Writes a tenant as it is at one moment, while its traffic goes on; without tokens.
 * @param write is given the lines, and resolves when they are where they are to be
 * @throws ScimError 404 for an unknown tenant, 409 while a process works on a run of it, or a schema is being registered
 */
export async function exportTenant(
  { storage: { moves }, now }: Exporting,
  tenantId: string,
  withActivity: boolean,
  write: (lines: AsyncIterable<string>) => Promise<void>,
): Promise<ExportedTenant> {
  const exported = await moves.snapshot(tenantId, withActivity, async (snapshot) => {
    await checkSettled(moves, snapshot);
    const lines = new ExportLines(snapshot, now().toISOString());
    await write(lines.all());
    const { users, groups } = snapshot;
    return { users, groups, ...lines.end };
  });
  if (exported === undefined) throw notFound(`There is no tenant ${tenantId}. List the tenants to find it.`);
  return exported;
}

/** A run that goes on elsewhere tells the backend what the file does not know; so does a schema with values. */
async function checkSettled(moves: TenantMoves, snapshot: TenantSnapshot): Promise<void> {
  if (snapshot.isRunning)
    throw conflict('A run of the tenant is under way. Wait until it has ended, or pause it, and export again.');
  const schemas = snapshot.tables.find(({ table }) => table === 'tenant_schemas');
  if (schemas === undefined) return;
  for await (const rows of snapshot.rows(schemas)) {
    for (const row of rows) {
      const urn = moves.schemaIn(row).registering?.schema.id;
      if (urn !== undefined) throw conflict(`The schema ${urn} is still being registered. Wait, or register it again.`);
    }
  }
}

class ExportLines {
  readonly #snapshot: TenantSnapshot;
  readonly #exportedAt: string;
  readonly #hash = createHash('sha256');
  #lines = 0;
  #end: MoveEnd['end'] | undefined;

  constructor(snapshot: TenantSnapshot, exportedAt: string) {
    this.#snapshot = snapshot;
    this.#exportedAt = exportedAt;
  }

  get end(): MoveEnd['end'] {
    if (this.#end === undefined) throw new Error('The lines of an export were not read to their end');
    return this.#end;
  }

  async *all(): AsyncGenerator<string, void> {
    yield this.#counted(`${JSON.stringify(headerOf(this.#snapshot, this.#exportedAt))}\n`);
    for (const table of this.#snapshot.tables) {
      for await (const rows of this.#snapshot.rows(table)) {
        for (const row of rows) yield this.#counted(rowLine(table, row));
      }
    }
    this.#end = { lines: this.#lines, sha256: this.#hash.digest('hex') };
    yield `${JSON.stringify({ end: this.#end } satisfies MoveEnd)}\n`;
  }

  #counted(line: string): string {
    if (Buffer.byteLength(line) > MOST_LINE_BYTES)
      throw new Error(`A row of ${Buffer.byteLength(line)} bytes is too long for a file that could be imported.`);
    this.#hash.update(line);
    this.#lines += 1;
    return line;
  }
}
