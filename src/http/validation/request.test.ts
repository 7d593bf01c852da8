import type { Operation } from 'openapi-backend';
import { describe, expect, it } from 'vitest';
import { readApi } from './documented-api.js';
import { requestValidation } from './request.js';

type Parameters = NonNullable<Operation['parameters']>;

/** The validation of an operation with these parameters. */
async function validationOf(parameters: Parameters) {
  const api = await readApi({
    openapi: '3.0.3',
    info: { title: 'x', version: '1' },
    paths: { '/x': { get: { operationId: 'x', parameters, responses: { 200: { description: 'x' } } } } } as never,
  });
  const operation = api.router.getOperation('x') ?? expect.fail('no operation');
  return requestValidation(operation, () => api.validator.getRequestValidatorsForOperation('x'));
}

const QUERY: Parameters = [
  { name: 'count', in: 'query', schema: { type: 'integer' } },
  { name: 'names', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
];

describe('the parameters of a request', () => {
  it('are read as what their schemas want', async () => {
    const query = { count: '7', names: 'ada', other: '7' };
    const validate = await validationOf(QUERY);
    expect(validate({ path: {}, query, headers: {}, body: undefined })).toEqual([]);
    expect(query).toEqual({ count: 7, names: ['ada'], other: '7' });
  });

  it('that do not fit are named', async () => {
    const validate = await validationOf(QUERY);
    const errors = validate({ path: {}, query: { count: 'x' }, headers: {}, body: undefined });
    expect(errors.map(({ instancePath }) => instancePath)).toEqual(['/query/count']);
  });

  it.each<[string, Parameters[number]]>([
    ['in a cookie', { name: 'c', in: 'cookie', schema: { type: 'string' } }],
    ['with JSON in them', { name: 'c', in: 'query', content: { 'application/json': {} } }],
    ['with a list in one text', { name: 'c', in: 'query', explode: false, schema: { type: 'array', items: {} } }],
  ])('%s stop the start, since they would not be read', async (_what, parameter) => {
    await expect(validationOf([parameter])).rejects.toThrow('x: the parameter c');
  });
});
