import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Contract } from '../document/contract.js';
import { Requests, type DescribedRequest } from '../document/requests.js';
import { isArray, type Json } from '../../tools/entra-client/json.js';
import { faultsBySchema } from './json-schema.js';
import { RULES_IN_WORDS } from './rules-in-words.js';
import { brokenValues } from './schema-breaks.js';
import { shownValues, Values } from './values.js';

const folder = fileURLToPath(new URL('../../openapi/', import.meta.url));
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(`${folder}${name}`, 'utf8'));

const bodies = texts.flatMap((text): [string, Requests, DescribedRequest][] => {
  const requests = new Requests(Contract.read(text));
  return requests.all.filter(({ body }) => body !== undefined).map((each) => [each.operation.id, requests, each]);
});

describe.each(bodies)('the bodies for %s', (_, requests, { operation, body }) => {
  const schema = body?.schema ?? {};
  const values = new Values(requests, shownValues(operation.examples.values())).of(schema);
  const faults = (value: Json): readonly string[] => faultsBySchema(JSON.stringify(body?.draft7), value);

  test('are what the document allows', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(faults(value)).toEqual([]);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('can be broken in each property that the document describes', () => {
    const broken = fc
      .sample(values, { numRuns: 20, seed: 1 })
      .flatMap((value) => brokenValues(requests, schema, value).filter((each) => faults(each.value).length > 0));
    const { required } = requests.resolved(schema);
    expect(broken.length).toBeGreaterThan(0);
    expect(new Set(broken.map(({ word }) => word))).toContain('type');
    if (isArray(required)) expect(new Set(broken.map(({ word }) => word))).toContain('required');
  });
});

test('every rule in words stands in a document', () => {
  const words = texts.join('\n').replaceAll(/\s+/gu, ' ');
  expect(RULES_IN_WORDS.map(({ says }) => says).filter((says) => !words.includes(says))).toEqual([]);
});
