import { readFileSync } from 'node:fs';
import type { ApiDocument } from '../../docs/reference/document.js';
import type { JsonObject } from '../../protocol/json.js';

/** The folder of the checkout. */
export const CHECKOUT = new URL('../../../', import.meta.url);

/** The three documents of this checkout. */
export const readDocuments = (): readonly ApiDocument[] =>
  ['scim', 'admin', 'backend'].map((name) => ({
    name,
    definition: JSON.parse(readFileSync(new URL(`generated/${name}.json`, CHECKOUT), 'utf8')) as JsonObject,
  }));
