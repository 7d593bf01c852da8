import { setImmediate } from 'node:timers/promises';
import { filterOfType } from '../../protocol/filter/filter-of-type.js';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/messages.js';
import { parseProjection, type ProjectionParameters } from '../../protocol/projection.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { parseSort } from '../../protocol/sort.js';
import type { Page, Selection } from '../../model/list.js';
import type { StoredResource } from '../../model/resource.js';
import { decodeCursor, encodeCursor, type CursorQuery } from './cursor.js';
import { planPage, type PagePlan, type PageRequest } from './page-request.js';
import { Representer } from './representation.js';
import type { Provisioning, TenantScope } from '../scope.js';

/** What a list asks for (RFC 7644 §3.4.2 and §3.4.3, RFC 9865), as it was sent. */
export interface ListRequest extends PageRequest {
  /** One type, or several in one order and with one total. */
  readonly types: readonly ResourceTypeName[];
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: 'ascending' | 'descending' | undefined;
  readonly projection: ProjectionParameters;
}

/** How many resources are rendered at a time; between them, others get a turn. */
const AT_A_TIME = 50;

/** Pages up to this length are rendered as a whole, so that whatever fails is answered as an error. */
const SHORT = 100;

/**
 * Lists resources: the page as JSON text, in pieces where it is long, and since groups come with their members.
 * @throws ScimError 400 `invalidFilter`, `invalidValue`, `invalidCursor`, `invalidCount` or `tooMany`.
 */
export async function listResources(
  provisioning: Provisioning,
  scope: TenantScope,
  request: ListRequest,
): Promise<Text> {
  const render = rendering(provisioning, scope, request);
  const plan = planPage(provisioning, request);
  const query = cursorQuery(scope, request);
  const page = await readPage(provisioning, query, selections(provisioning, scope, request), plan);
  const { resources, total } = page;
  const head = `{"schemas":["${LIST_RESPONSE_SCHEMA}"],"totalResults":${total},${placeOf(query, plan, page)}"itemsPerPage":${resources.length},"Resources":[`;
  return joinedText(head, resources.length <= SHORT ? await render(resources) : inTurns(resources, render), ']}');
}

async function* inTurns(resources: readonly StoredResource[], render: Render): AsyncGenerator<Text> {
  for (let from = 0; from < resources.length; from += AT_A_TIME) {
    yield joinedText('', await render(resources.slice(from, from + AT_A_TIME)), '');
    await setImmediate();
  }
}

/** Where the page is: its first resource by number, or the cursor of the page behind it, where there is one. */
function placeOf(query: CursorQuery, { cursor, startIndex }: PagePlan, { next }: Page): string {
  if (cursor === undefined) return `"startIndex":${startIndex},`;
  return next === undefined ? '' : `"nextCursor":"${encodeCursor(query, next)}",`;
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
  { storage }: Provisioning,
  query: CursorQuery,
  [first, ...others]: readonly Selection[],
  { cursor, startIndex, limit }: PagePlan,
): Promise<Page> {
  const after = cursor === undefined || cursor === '' ? {} : { after: decodeCursor(query, cursor) };
  if (first === undefined) return { total: 0, resources: [] };
  const sort = query.sort === undefined ? {} : { sort: query.sort };
  return storage.directory(query.tenantId).list({ ...first, others, ...sort, offset: startIndex - 1, limit, ...after });
}

type Render = (resources: readonly StoredResource[]) => Promise<readonly Text[]>;

/** Renders resources in their order, each as its own type is projected. */
function rendering(provisioning: Provisioning, scope: TenantScope, { types, projection }: ListRequest): Render {
  const representers = types.map((type) => {
    const representer = new Representer(provisioning, scope, parseProjection(projection, scope.types[type]));
    return { type, representer };
  });
  return async (resources) => {
    const bodies = new Map<string, Text>();
    for (const { type, representer } of representers) {
      const ofType = resources.filter((resource) => resource.type === type);
      const represented = await representer.represent(ofType);
      represented.forEach(({ body }, index) => bodies.set(ofType[index]?.id ?? '', body));
    }
    return resources.flatMap(({ id }) => bodies.get(id) ?? []);
  };
}

/** A text, or a long one in pieces. */
export type Text = string | AsyncIterable<string>;

/** Texts with commas between, a head and a tail; in pieces where one of them is, or where they come one by one. */
function joinedText(head: string, texts: readonly Text[] | AsyncIterable<Text>, tail: string): Text {
  if (!isArray(texts)) return pieces(head, texts, tail);
  const whole = texts.filter((text) => typeof text === 'string');
  return whole.length === texts.length ? `${head}${whole.join(',')}${tail}` : pieces(head, texts, tail);
}

const isArray = (texts: object): texts is readonly Text[] => Array.isArray(texts);

async function* pieces(
  head: string,
  texts: readonly Text[] | AsyncIterable<Text>,
  tail: string,
): AsyncGenerator<string> {
  yield head;
  let comma = '';
  for await (const text of texts) {
    if (typeof text === 'string') yield comma + text;
    else {
      if (comma !== '') yield comma;
      yield* text;
    }
    comma = ',';
  }
  yield tail;
}
