import { readFileSync } from 'node:fs';
import { OpenAPIBackend, type Operation } from 'openapi-backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from '../documents.js';
import { compileValidators } from './compile.js';
import { compiledValidators, moduleOf, requestValidators } from './compiled.js';
import { readApi, withPlainJson } from './documented-api.js';
import { jsonOf, SERVED } from './write.js';

const LIMIT = {
  path: ['components', 'schemas', 'PatchRequest', 'properties', 'Operations', 'maxItems'],
  value: 2,
};

// What was built is compared with what is made now, so that the tests and a built server run the same validators.
describe('the compiled validators', () => {
  it.each(SERVED)('of %s.yaml are what openapi-backend makes of the document', async (name) => {
    const isMade = readFileSync(moduleOf(name), 'utf8') === (await compileValidators(jsonOf(name)));
    expect(isMade, 'run make build').toBe(true);
  });

  it.each(SERVED)('of %s.yaml are those that a server uses, for every operation', async (name) => {
    const document = readDocument(name);
    const { router } = await readApi(document.definition);
    const compiled = compiledValidators(document);
    for (const { operationId = '' } of router.getOperations()) {
      expect([operationId, compiled?.[operationId]?.().length]).toEqual([operationId, expect.toBeOneOf([1, 2])]);
    }
  });

  it('are not used for a document that a configured limit has changed', () => {
    expect(compiledValidators(readDocument('scim', [LIMIT]))).toBeUndefined();
  });

  it('stop the start where an operation has none', async () => {
    const document = readDocument('scim');
    const validatorsOf = requestValidators(await readApi(document.definition), document);
    expect(() => validatorsOf('upsertUser')).toThrow('openapi/scim.yaml: operation upsertUser has no validator');
  });
});

describe.each(['scim', 'admin', 'backend'] as const)('%s.yaml', (name) => {
  let api: OpenAPIBackend;
  beforeAll(async () => {
    api = await readApi(readDocument(name).definition);
  });

  it('is a document of OpenAPI', async () => {
    const checked = new OpenAPIBackend({ definition: withPlainJson(readDocument(name).definition) });
    await checked.loadDocument();
    expect(() => checked.validateDefinition()).not.toThrow();
  });

  it('has validators for the requests and the answers of every operation', () => {
    for (const { operationId = '' } of api.router.getOperations() as readonly Operation[]) {
      expect(api.validator.getRequestValidatorsForOperation(operationId)).not.toEqual([]);
      expect(api.validator.getStatusBasedResponseValidatorForOperation(operationId)).not.toEqual({});
    }
  });
});

describe('a document that is none', () => {
  it('is refused', async () => {
    const definition = structuredClone(readDocument('scim').definition) as { paths: Record<string, unknown> };
    definition.paths['/Users'] = { get: { responses: 'none' } };
    const checked = new OpenAPIBackend({ definition: definition as never });
    await checked.loadDocument();
    expect(() => checked.validateDefinition()).toThrow();
  });
});
