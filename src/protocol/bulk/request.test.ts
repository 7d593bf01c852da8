import { describe, expect, it } from 'vitest';
import { BULK_REQUEST_SCHEMA } from '../messages.js';
import { bulkNames, parseBulk } from './request.js';

const request = (members: object): object => ({ schemas: [BULK_REQUEST_SCHEMA], Operations: [], ...members });
const read = (body: object) => parseBulk(bulkNames(body as never, 10));

describe('the members of a bulk request (RFC 7644 §3.7)', () => {
  it('are read as sent', () => {
    const data = { userName: 'ada' };
    const operation = { method: 'POST', path: '/Users', bulkId: 'qwerty', version: 'W/"1"', data };
    expect(read(request({ failOnErrors: 2, Operations: [operation] }))).toEqual({
      failOnErrors: 2,
      operations: [operation],
    });
  });

  it('are known in any case, those of the data excepted', () => {
    const operation = { METHOD: 'PUT', Path: '/Users/1', bulkid: 'b', VERSION: 'W/"1"', Data: { METHOD: 'x' } };
    const body = { SCHEMAS: [BULK_REQUEST_SCHEMA.toUpperCase()], FAILONERRORS: 1, operations: [operation] };
    expect(read(body)).toEqual({
      failOnErrors: 1,
      operations: [{ method: 'PUT', path: '/Users/1', bulkId: 'b', version: 'W/"1"', data: { METHOD: 'x' } }],
    });
  });

  it.each([
    ['absent', {}],
    [
      'null',
      { failOnErrors: null, Operations: [{ method: null, path: null, bulkId: null, version: null, data: null }] },
    ],
    ['an empty text', { Operations: [{ method: '', path: '', bulkId: '', version: '' }] }],
  ])('say nothing where they are %s', (_kind, members) => {
    const { failOnErrors, operations } = read(request({ Operations: [{}], ...members }));
    expect(failOnErrors).toBeUndefined();
    expect(operations).toEqual([{}]);
  });

  it('are one member in two spellings: 400 invalidSyntax', () => {
    expect(() => read(request({ failOnErrors: 1, FailOnErrors: 2 }))).toThrow('are one attribute');
    expect(() => read(request({ Operations: [{ path: '/Users', Path: '/Groups' }] }))).toThrow('are one attribute');
  });

  it.each([[undefined], [[]], [['urn:ietf:params:scim:api:messages:2.0:PatchOp']], [BULK_REQUEST_SCHEMA]])(
    'are none of a bulk request with the schemas %j',
    (schemas) => {
      expect(() => read({ schemas, Operations: [] })).toThrow(
        expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }),
      );
    },
  );
});

describe('the number of operations (RFC 7644 §3.7.4)', () => {
  const operations = (length: number) => request({ Operations: Array.from({ length }, () => ({})) });

  it('may be as large as the limit', () => {
    expect(read(operations(10)).operations).toHaveLength(10);
  });

  it('is 413 beyond it, and the error names the limit', () => {
    expect(() => read(operations(11))).toThrow(
      expect.objectContaining({ status: 413, message: expect.stringContaining('maxOperations (10)') as unknown }),
    );
  });
});
