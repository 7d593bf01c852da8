import { setImmediate } from 'node:timers/promises';
import type { Page, Selection, SortPosition } from '../../model/list.js';
import { pageSize } from '../../storage/page-size.js';
import type { StoredResource } from '../../model/resource.js';
import { filterOfType } from '../../protocol/filter/filter-of-type.js';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/messages.js';
import { includes, parseProjection, type ProjectionParameters } from '../../protocol/projection.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { parseSort } from '../../protocol/sort.js';
import type { Provisioning, TenantScope } from '../scope.js';
import { decodeCursor, encodeCursor, type CursorQuery } from './cursor.js';
import { planPage, type PagePlan, type PageRequest } from './page-request.js';
import { Representer } from './representation.js';

/** What a list asks for (RFC 7644 §3.4.2 and §3.4.3, RFC 9865), as it was sent. */
export interface ListRequest extends PageRequest {
  /** One type, or several in one order and with one total. */
  readonly types: readonly ResourceTypeName[];
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: 'ascending' | 'descending' | undefined;
  readonly projection: ProjectionParameters;
  /** Told what the page has been made of. */
  readonly onPage?: ((page: Page) => void) | undefined;
}

/** Room in memory for an answer (http/traffic/memory-room.ts). */
export interface AnswerRoom {
  /** Waits until so many bytes are free: @throws ScimError 503 when they are not in time. */
  take(bytes: number): Promise<void>;
  tryTake(bytes: number): boolean;
}

/** How many resources are rendered at a time; between them, others get a turn. */
const AT_A_TIME = pageSize(100);

/** The same of groups with their members. */
const GROUPS_AT_A_TIME = pageSize(5);

/** Bytes in memory for each byte that is read for a page: what was read, its text, and what is on its way to the client. */
const MEMORY_A_BYTE = 3;

/**
 * Lists resources: the page as JSON text, in pieces where it is long, and since groups come with their members. It ends before
 * `count` once it has as many bytes as a page may have, but never without a resource; `itemsPerPage` says how many it has
 * (RFC 7644 §3.4.2.4).
 * @throws ScimError 400 `invalidFilter`, `invalidValue`, `invalidCursor`, `invalidCount` or `tooMany`; 503 where there is no
 * room in memory
 */
export async function listResources(
  provisioning: Provisioning,
  scope: TenantScope,
  request: ListRequest,
  room: AnswerRoom,
): Promise<Text> {
  const render = rendering(provisioning, scope, request);
  const plan = planPage(provisioning, request);
  const query = cursorQuery(scope, request);
  const selected = selections(provisioning, scope, request);
  const read = () => readPage(provisioning, scope, query, { selected, plan, withGroups: render.withGroups });
  const page = await readWithRoom(read, room);
  request.onPage?.(page);
  return pageText(page, render, {
    head: `{"schemas":["${LIST_RESPONSE_SCHEMA}"],"totalResults":${page.total},${startOf(plan)}"Resources":[`,
    tail: (given) => `],${nextOf(query, plan, positionBehind(page, given))}"itemsPerPage":${given}}`,
    mostBytes: provisioning.limits.pageBytes,
  });
}

/** Reads a page. Where there is no room for it now, it is discarded, and read again when there is. */
async function readWithRoom(read: () => Promise<Page>, room: AnswerRoom): Promise<Page> {
  const first = await readIfRoom(read, room);
  if (typeof first !== 'number') return first;
  await room.take(first);
  return read();
}

/** The page, or the bytes that it needs where there is no room for them. */
async function readIfRoom(read: () => Promise<Page>, room: AnswerRoom): Promise<Page | number> {
  const page = await read();
  const bytes = MEMORY_A_BYTE * page.resources.reduce((total, { document }) => total + document.length, 0);
  return room.tryTake(bytes) ? page : bytes;
}

interface PageFrame {
  readonly head: string;
  /** @param given how many resources the page has in the end */
  readonly tail: (given: number) => string;
  readonly mostBytes: number;
}

/** The page as one text where it is rendered at once and nothing of it comes in pieces. */
async function pageText({ resources }: Page, render: Render, frame: PageFrame): Promise<Text> {
  const first = await render.texts(resources.slice(0, render.atATime));
  const isWhole = resources.length <= render.atATime && first.every((one) => typeof one === 'string');
  return isWhole ? wholeText(first, frame) : piecesOf(resources, first, render, frame);
}

function wholeText(texts: readonly string[], { head, tail, mostBytes }: PageFrame): string {
  let bytes = head.length;
  const beyond = texts.findIndex((text, index) => {
    if (index > 0 && bytes >= mostBytes) return true;
    bytes += text.length + (index === 0 ? 0 : 1);
    return false;
  });
  const given = beyond < 0 ? texts : texts.slice(0, beyond);
  return head + given.join(',') + tail(given.length);
}

async function* piecesOf(
  resources: readonly StoredResource[],
  first: readonly Text[],
  render: Render,
  { head, tail, mostBytes }: PageFrame,
): AsyncGenerator<string> {
  let [given, bytes] = [0, 0];
  for await (const text of inTurns(resources, first, render)) {
    if (given > 0 && bytes >= mostBytes) break;
    for await (const piece of joined(given === 0 ? head : ',', text)) {
      bytes += piece.length;
      yield piece;
    }
    given += 1;
  }
  yield `${given === 0 ? head : ''}${tail(given)}`;
}

async function* joined(before: string, text: Text): AsyncGenerator<string> {
  if (typeof text === 'string') yield before + text;
  else {
    yield before;
    yield* text;
  }
}

async function* inTurns(
  resources: readonly StoredResource[],
  first: readonly Text[],
  { texts, atATime }: Render,
): AsyncGenerator<Text> {
  yield* first;
  for (let from = atATime; from < resources.length; from += atATime) {
    await setImmediate();
    yield* await texts(resources.slice(from, from + atATime));
  }
}

/** The number of the first resource, where paging uses the index. */
const startOf = ({ cursor, startIndex }: PagePlan): string =>
  cursor === undefined ? `"startIndex":${startIndex},` : '';

/** The cursor of the page behind, where paging uses a cursor and there is one. */
function nextOf(query: CursorQuery, { cursor }: PagePlan, next: SortPosition | undefined): string {
  return cursor === undefined || next === undefined ? '' : `"nextCursor":"${encodeCursor(query, next)}",`;
}

/** Where the page behind begins when so many resources of this one are given. */
function positionBehind({ resources, keys, next }: Page, given: number): SortPosition | undefined {
  const last = resources[given - 1];
  return given === resources.length || last === undefined ? next : { key: keys[given - 1] ?? null, id: last.id };
}

function cursorQuery({ tenant, settledTypes }: TenantScope, request: ListRequest): CursorQuery {
  const { types, filter, sortBy, sortOrder } = request;
  const known = types.map((type) => settledTypes[type]);
  const sort = sortBy === undefined ? undefined : parseSort(sortBy, sortOrder, known);
  return { tenantId: tenant.id, types, filter, sortBy, sort };
}

/** What is asked of each type; a type of which nothing can match is left out. */
function selections(
  { limits }: Provisioning,
  scope: TenantScope,
  { types, filter }: ListRequest,
): readonly Selection[] {
  if (filter === undefined) return types.map((type) => ({ type }));
  return types.flatMap((type) => {
    const asked = filterOfType(parseFilter(filter, scope.settledTypes[type], limits.filter), type);
    if (typeof asked === 'boolean') return asked ? [{ type }] : [];
    return [{ type, filter: asked }];
  });
}

async function readPage(
  { storage, limits }: Provisioning,
  { tenant, proof }: TenantScope,
  query: CursorQuery,
  { selected: [first, ...others], plan: { cursor, startIndex, limit }, withGroups }: PageAsked,
): Promise<Page> {
  const after = cursor === undefined || cursor === '' ? {} : { after: decodeCursor(query, cursor) };
  if (first === undefined) return { total: 0, resources: [], keys: [] };
  const sort = query.sort === undefined ? {} : { sort: query.sort };
  const page = { offset: startIndex - 1, limit, bytes: limits.pageBytes, withGroups, ...after };
  return storage.directory(tenant.id, proof).list({ ...first, others, ...sort, ...page });
}

interface PageAsked {
  readonly selected: readonly Selection[];
  readonly plan: PagePlan;
  readonly withGroups: boolean;
}

interface Render {
  /** The texts of resources in their order, each as its own type is projected. */
  readonly texts: (resources: readonly StoredResource[]) => Promise<readonly Text[]>;
  /** How many resources to render at a time. */
  readonly atATime: number;
  /** Whether users come with their groups. */
  readonly withGroups: boolean;
}

function rendering(provisioning: Provisioning, scope: TenantScope, { types, projection }: ListRequest): Render {
  const projected = types.map((type) => ({ type, projection: parseProjection(projection, scope.types[type]) }));
  const representers = projected.map((one) => ({
    type: one.type,
    representer: new Representer(provisioning, scope, one.projection),
  }));
  const withMembers = projected.some((one) => one.type === 'Group' && includes(one.projection, 'members'));
  const texts = async (resources: readonly StoredResource[]): Promise<readonly Text[]> => {
    const bodies = new Map<string, Text>();
    for (const { type, representer } of representers) {
      const ofType = resources.filter((resource) => resource.type === type);
      const represented = await representer.represent(ofType);
      represented.forEach(({ body }, index) => bodies.set(ofType[index]?.id ?? '', body));
    }
    return resources.flatMap(({ id }) => bodies.get(id) ?? []);
  };
  const withGroups = projected.some((one) => one.type === 'User' && includes(one.projection, 'groups'));
  return { texts, atATime: withMembers ? GROUPS_AT_A_TIME.items : AT_A_TIME.items, withGroups };
}

/** A text, or a long one in pieces. */
type Text = string | AsyncIterable<string>;
