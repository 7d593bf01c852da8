import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import type { OpenAPIBackend } from 'openapi-backend';
import type { PublishedDocument } from '../documents.js';

/** The validators of the requests of a document: by operationId, a function that makes those of one operation. */
type Validators = Readonly<Record<string, (() => readonly ValidateFunction[]) | undefined>>;

/** The module with the compiled validators of a document: dist/validators/NAME.cjs, which `make build` writes. */
export const moduleOf = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/validators/${name}.cjs`, import.meta.url));

/** The validators that were compiled of exactly this document; undefined if there are none. */
export function compiledValidators({
  name,
  digest,
}: Pick<PublishedDocument, 'name' | 'digest'>): Validators | undefined {
  const file = moduleOf(name);
  if (digest === undefined || !existsSync(file)) return undefined;
  const compiled = createRequire(import.meta.url)(file) as { readonly digest: string; readonly validators: Validators };
  return compiled.digest === digest ? compiled.validators : undefined;
}

/**
 * What gives the validators of an operation's requests when the first one comes: the compiled ones. openapi-backend makes those
 * of a document that was changed after the build, as by a configured limit.
 * @returns by operationId; throws Error for an operation without a compiled validator
 */
export function requestValidators(
  api: OpenAPIBackend,
  document: PublishedDocument,
): (operationId: string) => () => readonly ValidateFunction[] {
  const compiled = compiledValidators(document);
  return (operationId) => {
    if (compiled === undefined) return () => api.validator.getRequestValidatorsForOperation(operationId);
    const make = compiled[operationId];
    if (make === undefined) {
      throw new Error(`openapi/${document.name}.yaml: operation ${operationId} has no validator; run make build`);
    }
    let made: readonly ValidateFunction[] | undefined;
    return () => (made ??= make());
  };
}
