import { OpenAPIBackend, type Operation } from 'openapi-backend';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../protocol/json.js';
import { checkResponse } from './response-check.js';

interface Schema {
  type?: 'object';
  required?: string[];
  properties?: Record<string, { type: 'string' } | { type: 'array'; items: Schema }>;
  anyOf?: Schema[];
}

const object = (...names: readonly string[]): Schema => ({
  type: 'object',
  required: ['id'],
  properties: Object.fromEntries(['id', ...names].map((name) => [name, { type: 'string' as const }])),
});

const answer = (schema: Schema) => ({
  responses: { '200': { description: 'x', content: { 'application/json': { schema } } } },
});

let api: OpenAPIBackend;

beforeAll(async () => {
  const list = (items: Schema) => answer({ type: 'object', properties: { all: { type: 'array', items } } });
  api = new OpenAPIBackend({
    definition: {
      openapi: '3.0.3',
      info: { title: 'x', version: '1' },
      paths: {
        '/one': { get: { operationId: 'one', ...answer(object('user')) } },
        '/users': { get: { operationId: 'users', ...list(object('user')) } },
        '/both': { get: { operationId: 'both', ...list({ anyOf: [object('user'), object('group')] }) } },
      },
    },
  });
  await api.init();
});

/** The operation as the router has it: with its references in place. */
function operation(id: string): Operation {
  return api.router.getOperation(id) ?? expect.fail(`no operation ${id}`);
}

describe('an answer', () => {
  const rows: readonly [string, string, JsonValue, boolean][] = [
    ['as declared', 'one', { id: '1', user: 'x' }, true],
    ['with the URN of an extension', 'one', { id: '1', 'urn:x:y': { any: 1 } }, true],
    ['with what is not declared', 'one', { id: '1', group: 'x' }, false],
    ['without what is required', 'one', { user: 'x' }, false],
    ['of another type', 'one', { id: 1 }, false],
    ['with resources as declared', 'users', { all: [{ id: '1', user: 'x' }] }, true],
    ['with a resource that is not as declared', 'users', { all: [{ id: '1' }, { id: '2', group: 'x' }] }, false],
    [
      'with resources of either kind',
      'both',
      {
        all: [
          { id: '1', user: 'x' },
          { id: '2', group: 'x' },
        ],
      },
      true,
    ],
    ['with a resource of two kinds at once', 'both', { all: [{ id: '1', user: 'x', group: 'x' }] }, false],
    ['with a resource of no kind', 'both', { all: [{ id: '1' }, { id: '2', device: 'x' }] }, false],
  ];
  it.each(rows)('%s (%s)', (_what, id, body, fits) => {
    expect(checkResponse(api, operation(id), 200, body).length === 0).toBe(fits);
  });

  it('of a status that is not documented', () => {
    expect(checkResponse(api, operation('one'), 404, { id: '1' })).not.toEqual([]);
  });
});
