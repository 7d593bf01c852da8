import { expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import { ScimError } from '../scim-error.js';
import { parsePatch } from './operation.js';

const schemas = [PATCH_OP_SCHEMA];
const add = { op: 'add', path: 'title', value: 'A' };

function outcomeOf(message: JsonObject, most?: number): unknown {
  try {
    return parsePatch(message, most);
  } catch (error) {
    return error instanceof ScimError ? [error.status, error.scimType] : error;
  }
}

const rows: readonly (readonly [string, JsonObject, JsonValue])[] = [
  ['takes a message of operations', { schemas, Operations: [add] }, [add]],
  ['takes the URN in any case', { schemas: [PATCH_OP_SCHEMA.toUpperCase()], Operations: [add] }, [add]],
  [
    'takes null for a path that is left out',
    { schemas, Operations: [{ op: 'add', path: null, value: {} }] },
    [{ op: 'add', value: {} }],
  ],
  ['takes null for a value', { schemas, Operations: [{ ...add, value: null }] }, [{ ...add, value: null }]],
  [
    'takes a remove without value',
    { schemas, Operations: [{ op: 'remove', path: 'title' }] },
    [{ op: 'remove', path: 'title' }],
  ],
  ['takes no operations, which is what is left when all were read-only', { schemas, Operations: [] }, []],
  ['refuses a message without schemas', { Operations: [add] }, [400, 'invalidSyntax']],
  ['refuses the URN of another message', { schemas: ['urn:x'], Operations: [add] }, [400, 'invalidSyntax']],
  ['refuses a message without operations', { schemas }, [400, 'invalidSyntax']],
  ['refuses operations that are no array', { schemas, Operations: add }, [400, 'invalidSyntax']],
  ['refuses an operation that is no object', { schemas, Operations: ['add'] }, [400, 'invalidSyntax']],
  [
    'refuses an operation that does not exist',
    { schemas, Operations: [{ ...add, op: 'upsert' }] },
    [400, 'invalidSyntax'],
  ],
  ['refuses an operation without op', { schemas, Operations: [{ path: 'title', value: 'A' }] }, [400, 'invalidSyntax']],
  ['refuses a path that is no string', { schemas, Operations: [{ ...add, path: 5 }] }, [400, 'invalidSyntax']],
  ['refuses an add without value', { schemas, Operations: [{ op: 'add', path: 'title' }] }, [400, 'invalidValue']],
  [
    'refuses a replace without value',
    { schemas, Operations: [{ op: 'replace', path: 'title' }] },
    [400, 'invalidValue'],
  ],
  ['refuses a remove without path (RFC 7644 §3.5.2.2)', { schemas, Operations: [{ op: 'remove' }] }, [400, 'noTarget']],
];

it.each(rows)('%s', (_, message, outcome) => {
  expect(outcomeOf(message)).toEqual(outcome);
});

it('refuses more operations than a request may have', () => {
  expect(outcomeOf({ schemas, Operations: [add, add] }, 2)).toHaveLength(2);
  expect(outcomeOf({ schemas, Operations: [add, add, add] }, 2)).toEqual([400, 'invalidSyntax']);
});
