import { expect, it } from 'vitest';
import type { Tenant } from '../../model/tenant.js';
import { parseCustomSchema } from '../../protocol/custom-schema/definition.js';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { checkExtensions } from './extension-check.js';

const URN = 'urn:example:Contoso:2.0:User';
const SCHEMA = parseCustomSchema({
  id: URN,
  attributes: [
    { name: 'level', type: 'integer' },
    { name: 'doors', multiValued: true },
    {
      name: 'desk',
      type: 'complex',
      subAttributes: [
        { name: 'floor', type: 'integer', required: true },
        { name: 'side' },
        { name: 'lock', returned: 'never' },
      ],
    },
    { name: 'hidden', returned: 'never' },
    {
      name: 'lockers',
      type: 'complex',
      multiValued: true,
      subAttributes: [{ name: 'number' }, { name: 'code', returned: 'never' }],
    },
  ],
});
const TENANT: Tenant = {
  id: 't',
  name: 'T',
  enabled: true,
  settings: { groupReplaceAdds: false, unknownAttributes: 'ignore', rateLimit: 'default' },
  schemas: { revision: 1, all: [{ active: SCHEMA, registering: undefined }] },
  created: '',
  lastModified: '',
};

const rows: readonly (readonly [string, JsonObject, boolean])[] = [
  ['values of their types', { level: 1, doors: ['A'], desk: { floor: 1 } }, true],
  ['a part of a value, as projected', { desk: { side: 'n' } }, true],
  ['what the schema does not know', { hat: 1 }, true],
  ['a value of another type', { level: '1' }, false],
  ['one value for several', { doors: 'A' }, false],
  ['a value that is empty', { level: null }, false],
  ['a part of another type', { desk: { floor: 'x' } }, false],
  ['what is never returned', { hidden: 'x' }, false],
  ['what is never returned of a value', { desk: { floor: 1, lock: 'x' } }, false],
  ['what is never returned of one value of several', { lockers: [{ number: '1' }, { number: '2', code: 'x' }] }, false],
];

it.each(rows)('an answer with %s', (_, extension, fits) => {
  const user = { id: '1', [URN]: extension };
  const bodies: readonly JsonValue[] = [user, { totalResults: 2, Resources: [{ id: '2' }, user] }];
  for (const body of bodies) expect(checkExtensions(body, TENANT).length === 0).toBe(fits);
});

it('an answer without resources', () => {
  expect(checkExtensions(undefined, TENANT)).toEqual([]);
  expect(checkExtensions({ detail: URN }, TENANT)).toEqual([]);
});
