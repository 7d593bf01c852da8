import addFormats from 'ajv-formats';
import { OpenAPIBackend } from 'openapi-backend';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../documents.js';
import { withPlainJson } from './documented-api.js';

// A server compiles a validator when it is first asked; here all are, and the whole document is checked first.
describe('the validators of openapi-backend', () => {
  it.each(['scim', 'admin', 'backend'] as const)('compile for every operation of %s.yaml', async (name) => {
    const api = new OpenAPIBackend({
      definition: withPlainJson(readDocument(name).definition),
      strict: true,
      ajvOpts: { strictSchema: false },
      customizeAjv: (ajv) => addFormats.default(ajv),
    });
    await api.init();
    for (const operation of api.router.getOperations()) {
      expect(api.validator.getRequestValidatorsForOperation(operation.operationId ?? '')).not.toEqual([]);
    }
  });

  it('are refused for a document that is none', async () => {
    const definition = structuredClone(readDocument('scim').definition) as { paths: Record<string, unknown> };
    definition.paths['/Users'] = { get: { responses: 'none' } };
    await expect(new OpenAPIBackend({ definition: definition as never, strict: true }).init()).rejects.toThrow();
  });
});
