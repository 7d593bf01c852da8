import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Document } from 'openapi-backend';
import { isJsonObject } from '../protocol/json.js';
import { digestOf } from './validation/digest.js';

/** A published OpenAPI document. */
export interface PublishedDocument {
  readonly name: string;
  /** The parsed object; stays as it is. */
  readonly definition: Document;
  /** Of generated/NAME.json, see digestOf; undefined where a configured limit has changed the document. */
  readonly digest: string | undefined;
  /** Its text. */
  readonly yaml: () => Promise<string>;
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
  const json = readFileSync(place(`generated/${name}.json`), 'utf8');
  const definition = JSON.parse(json) as Document;
  const changed = limits.filter(({ path, value }) => setIn(definition, path, value));
  return {
    name,
    definition,
    digest: changed.length === 0 ? digestOf(json) : undefined,
    yaml: async () => {
      const written = await readFile(place(`openapi/${name}.yaml`), 'utf8');
      return changed.length === 0 ? written : yamlWith(written, changed);
    },
  };
}

const place = (file: string): URL => new URL(`../../${file}`, import.meta.url);

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

async function yamlWith(written: string, limits: readonly ConfiguredLimit[]): Promise<string> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(written);
  for (const { path, value } of limits) document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}
