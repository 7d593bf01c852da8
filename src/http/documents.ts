import { readFileSync } from 'node:fs';
import type { Document } from 'openapi-backend';
import { parseDocument } from 'yaml';
import { isJsonObject } from '../protocol/json.js';

/** A published OpenAPI document: its text, and the parsed object. */
export interface PublishedDocument {
  readonly name: string;
  readonly yaml: string;
  readonly definition: Document;
}

/** A number in a document that the operator can configure, and its place. */
export interface ConfiguredLimit {
  readonly path: readonly string[];
  readonly value: number;
}

/**
 * Reads an OpenAPI document and sets the configured limits in it, so that the published document says what applies. The
 * text is that of `openapi/NAME.yaml`, the object that of `generated/NAME.json`, which `make generate` makes from it, because
 * parsing YAML would be the slowest part of the start. Both folders are two levels above src/http as well as dist/http.
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

/** Sets a value at a path; returns false if it already has that value. @throws Error if there is no such place */
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
