import { createHash } from 'node:crypto';
import { DEFAULT_TENANT_SETTINGS } from '../../model/tenant.js';
import type { TenantSchema } from '../../model/tenant-schemas.js';
import { checkApart } from '../../protocol/custom-schema/urn.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { MovedResource, MovedRow, MovedTable, TenantMoves } from '../../storage/tenant-moves.js';
import { definitionOf, MOST_SCHEMAS } from '../schemas/plan.js';
import { scopeOf, type TenantScope } from '../scope.js';
import type { MoveEnd, MoveHeader } from './format.js';
import { readHeader } from './header.js';
import { linesIn, refused, type Line } from './lines.js';
import { ResourceIds } from './resource-ids.js';
import { checkRow, resourceIn } from './row.js';

/** What a file is held to. */
export interface MoveTarget {
  /** The tables of this database, with their columns. */
  readonly tables: readonly MovedTable[];
  readonly schemaIn: TenantMoves['schemaIn'];
  /** A tenant's name as it is stored. @throws ScimError 400 for one that cannot be */
  readonly nameOf: (name: string) => string;
}

/** A row of a file. */
export interface MovedLine {
  readonly line: number;
  readonly table: MovedTable;
  readonly row: MovedRow;
  /** What a row of `resources` stands for. */
  readonly resource?: MovedResource;
}

/** Reads a file once, from its first line to its last, and holds every line to what this database could have exported. */
export class MoveFile {
  readonly #path: string;
  readonly #target: MoveTarget;
  readonly #hash = createHash('sha256');
  readonly #ids = new ResourceIds();
  readonly #schemas: TenantSchema[] = [];
  readonly #counts = new Map<string, number>();
  #header: MoveHeader | undefined;
  #tables: readonly MovedTable[] = [];
  #end: MoveEnd['end'] | undefined;
  #scope: TenantScope | undefined;
  #place = 0;

  constructor(path: string, target: MoveTarget) {
    this.#path = path;
    this.#target = target;
  }

  /** Known when the first row has been read. */
  get header(): MoveHeader {
    if (this.#header === undefined) throw refused(1, 'is missing: the file is empty');
    return this.#header;
  }

  /** SHA-256 of all lines but the last; known when all have been read. */
  get sha256(): string {
    return this.#end?.sha256 ?? '';
  }

  /** @throws ScimError 400 that names the line which cannot be imported */
  async *rows(): AsyncGenerator<MovedLine, void> {
    let last = 0;
    for await (const line of linesIn(this.#path)) {
      last = line.number;
      if (this.#end !== undefined) throw refused(line.number, 'comes after the end');
      const value = parse(line);
      const isEnd = Object.hasOwn(value, 'end');
      if (isEnd) this.#readEnd(line.number, value);
      else this.#hash.update(line.bytes);
      if (line.number === 1) this.#begin(value);
      else if (!isEnd) yield this.#readRow(line.number, value);
    }
    const { header } = this;
    if (this.sha256 === '') throw refused(last + 1, 'is missing: the file was cut. Export the tenant again');
    this.#checkCounts(header, last);
  }

  #begin(value: JsonObject): void {
    const header = readHeader(value, this.#target.tables);
    const name = String(header.tenant['name']);
    if (this.#target.nameOf(name) !== name) throw refused(1, 'has a name of a tenant with white space around it');
    this.#header = header;
    this.#tables = header.tables.map(({ table, columns }) => {
      const known = this.#target.tables.find((one) => one.table === table)?.columns ?? [];
      return { table, columns: known.filter((column) => columns.includes(column.name)) };
    });
  }

  #readRow(line: number, value: JsonObject): MovedLine {
    const { table: name, row } = value;
    const place = this.#tables.findIndex(({ table }) => table === name);
    const table = this.#tables[place];
    if (table === undefined || !isJsonObject(row) || Object.keys(value).length !== 2)
      throw refused(line, 'is not a row of a table that the header names');
    if (place < this.#place) throw refused(line, `has a row of ${table.table} after rows of a later table`);
    this.#place = place;
    this.#counts.set(table.table, (this.#counts.get(table.table) ?? 0) + 1);
    return this.#checked({ line, table, row: checkRow(line, table, row) });
  }

  /** Checks what a row says of others. */
  #checked(moved: MovedLine): MovedLine {
    switch (moved.table.table) {
      case 'tenant_schemas':
        this.#addSchema(moved);
        return moved;
      case 'resources':
        return this.#resource(moved);
      case 'memberships':
        this.#checkMembership(moved);
        return moved;
      default:
        return moved;
    }
  }

  #addSchema({ line, row }: MovedLine): void {
    const problem = (text: string): ScimError => refused(line, `has a schema that ${text}`);
    if (this.#schemas.length >= MOST_SCHEMAS) throw problem(`is one more than ${MOST_SCHEMAS}`);
    if (row['active'] === null || row['registering'] !== null) throw problem('is still being registered');
    try {
      const schema = this.#target.schemaIn(row);
      const { id } = definitionOf(schema);
      const others = this.#schemas.map((other) => definitionOf(other).id);
      checkApart(id, others);
      if (row['urn'] !== id.toLowerCase()) throw problem('has another URN than its row');
      this.#schemas.push(schema);
    } catch (error) {
      if (error instanceof ScimError && error.message.startsWith('Line ')) throw error;
      throw problem(`cannot be: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #resource(moved: MovedLine): MovedLine {
    const resource = resourceIn(moved.line, moved.row, this.#types());
    if (!this.#ids.add(resource.id, resource.type))
      throw refused(moved.line, 'has a resource whose id does not come after the id of the one before');
    return { ...moved, resource };
  }

  /** All schemas come before the first resource. */
  #types(): TenantScope['types'] {
    const { tenant } = this.header;
    this.#scope ??= scopeOf({
      ...{ id: String(tenant['id']), name: String(tenant['name']), enabled: false, settings: DEFAULT_TENANT_SETTINGS },
      ...{ created: '', lastModified: '', schemas: { revision: 1, all: this.#schemas } },
    });
    return this.#scope.types;
  }

  #checkMembership({ line, row }: MovedLine): void {
    const [group, member] = [String(row['group_id']), String(row['member_id'])];
    if (this.#ids.typeOf(group) !== 'Group')
      throw refused(line, `has a membership in ${group}, which is no group here`);
    if (this.#ids.typeOf(member) !== row['member_type'])
      throw refused(line, `has the member ${member}, which is no ${String(row['member_type'])} here`);
  }

  #readEnd(line: number, { end }: JsonObject): void {
    const sha256 = this.#hash.copy().digest('hex');
    if (line === 1 || !isJsonObject(end) || end['lines'] !== line - 1 || end['sha256'] !== sha256)
      throw refused(
        line,
        'has another checksum than the lines before it: the file was changed. Export the tenant again',
      );
    this.#end = { lines: line - 1, sha256 };
  }

  #checkCounts({ tables }: MoveHeader, last: number): void {
    for (const { table, rows } of tables) {
      const found = this.#counts.get(table) ?? 0;
      if (found !== rows) throw refused(last, `comes after ${found} rows of ${table}, of which the header has ${rows}`);
    }
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse({ number, bytes }: Line): JsonObject {
  try {
    const value: unknown = JSON.parse(UTF_8.decode(bytes));
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw refused(number, 'is no JSON object in UTF-8');
}
