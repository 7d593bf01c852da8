import type { AttributeReference, FilterNode } from './filter/tree.js';

/**
 * The path of a PATCH operation (RFC 7644 §3.5.2): `attribute`, `attribute.sub`, `attribute[filter]`,
 * `attribute[filter].sub`, each perhaps with a schema URN in front; or an extension's URN alone.
 * - `unknown`: well-formed, but no schema of the resource type has the attribute.
 *   `extension` is the URN where there is one, and `segments` the names behind it.
 */
export type AttributePath =
  | { readonly kind: 'attribute'; readonly target: AttributeReference; readonly condition?: FilterNode }
  | { readonly kind: 'extension'; readonly urn: string }
  | { readonly kind: 'unknown'; readonly extension?: string; readonly segments: readonly string[] };
