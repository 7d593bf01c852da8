import { readFileSync } from 'node:fs';
import type { Document } from 'openapi-backend';
import { parseDocument } from 'yaml';

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
 * Reads `openapi/NAME.yaml`, which stands two folders above both src/http and dist/http, with the limits as they are
 * configured: what is published is what holds.
 */
export function readDocument(
  name: 'scim' | 'admin' | 'backend',
  limits: readonly ConfiguredLimit[] = [],
): PublishedDocument {
  const written = readFileSync(new URL(`../../openapi/${name}.yaml`, import.meta.url), 'utf8');
  const document = parseDocument(written);
  const changed = limits.filter(({ path, value }) => document.getIn(path) !== value);
  for (const { path, value } of changed) document.setIn(path, value);
  return {
    name,
    yaml: changed.length === 0 ? written : document.toString({ lineWidth: 0 }),
    definition: document.toJS() as Document,
  };
}
