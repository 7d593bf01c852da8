import { readFileSync } from 'node:fs';
import type { Document } from 'openapi-backend';
import { parseDocument } from 'yaml';
import { isJsonObject } from '../protocol/json.js';

/** One of the published OpenAPI documents: as it is written, and as an object. */
export interface PublishedDocument {
  readonly name: string;
  readonly yaml: string;
  readonly definition: Document;
}

/** A number in a document that the operator may set, with the place where it stands. */
export interface ConfiguredLimit {
  readonly path: readonly string[];
  readonly value: number;
}

/**
 * Reads an OpenAPI document with the limits as they are configured: what is published is what holds. The text is that of
 * `openapi/NAME.yaml`, the object that of `generated/NAME.json`, which `make generate` makes of it, since reading YAML takes
 * a server longer than anything else it does at its start. Both folders stand two above src/http as well as dist/http.
 */
export function readDocument(
  name: 'scim' | 'admin' | 'backend',
  limits: readonly ConfiguredLimit[] = [],
): PublishedDocument {
  const written = read(`openapi/${name}.yaml`);
  const definition = JSON.parse(read(`generated/${name}.json`)) as Document;
  const changed = limits.filter(({ path, value }) => setIn(definition, path, value));
  return { name, yaml: changed.length === 0 ? written : yamlWith(written, changed), definition };
}

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Sets a value where the path leads; false where it is that one already. @throws Error where there is no such place */
function setIn(definition: object, path: readonly string[], value: number): boolean {
  let place: unknown = definition;
  for (const name of path.slice(0, -1)) place = (place as Record<string, unknown> | undefined)?.[name];
  const last = path.at(-1) ?? '';
  if (!isJsonObject(place) || !Object.hasOwn(place, last)) throw new Error(`the document has no ${path.join('.')}`);
  if (place[last] === value) return false;
  (place as Record<string, unknown>)[last] = value;
  return true;
}

function yamlWith(written: string, limits: readonly ConfiguredLimit[]): string {
  const document = parseDocument(written);
  for (const { path, value } of limits) document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}
