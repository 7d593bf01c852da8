import { objectAt, objectsIn, textIn, type ApiDocument } from './document.js';
import type { Caller } from './curl.js';
import { operationsOf, type Operation } from './operation.js';

/** A document with its operations. */
export interface Documented {
  readonly document: ApiDocument;
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly caller: Caller;
}

/** How requests of each document authenticate. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  scim: ['Authorization: Bearer $TOKEN'],
  admin: ['Authorization: Bearer $ADMIN_TOKEN'],
  backend: ['webhook-id: $ID', 'webhook-timestamp: $TIMESTAMP', 'webhook-signature: $SIGNATURE'],
};

/** Reads a document for the reference. @param origin where the server is reached */
export function documented(document: ApiDocument, origin: string): Documented {
  const { servers, info } = document.definition;
  const url = textIn(objectsIn(servers)[0]?.['url']);
  return {
    document,
    title: textIn(objectAt(info)['title']),
    operations: operationsOf(document),
    caller: { base: url.startsWith('/') ? origin + url : url, headers: HEADERS[document.name] ?? [] },
  };
}
