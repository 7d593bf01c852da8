import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Document } from 'openapi-backend';

/** One of the published OpenAPI documents: as it is written, and as an object. */
export interface PublishedDocument {
  readonly name: string;
  readonly yaml: string;
  readonly definition: Document;
}

/** Reads `openapi/NAME.yaml`, which stands two folders above both src/http and dist/http. */
export function readDocument(name: 'scim' | 'admin'): PublishedDocument {
  const yaml = readFileSync(new URL(`../../openapi/${name}.yaml`, import.meta.url), 'utf8');
  const definition = parse(yaml) as Document;
  return { name, yaml, definition };
}
