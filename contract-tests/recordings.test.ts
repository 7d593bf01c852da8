import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Contract } from './document/contract.js';
import { isObject, parseJson } from '../tools/entra-client/json.js';
import { KINDS, type Kind, type SourcedExchange } from '../tools/entra-client/recording/exchange.js';
import { readSourcedRecording } from '../tools/entra-client/recording/read-recording.js';

const folder = fileURLToPath(new URL('recordings', import.meta.url));
const exchanges = readSourcedRecording(folder);
const contract = Contract.read(readFileSync(fileURLToPath(new URL('../openapi/scim.yaml', import.meta.url)), 'utf8'));

const doubt = (kind: Kind): number => KINDS.indexOf(kind);

/** The most that a citation can be, by how it begins. */
const AT_MOST: readonly (readonly [string, Kind])[] = [
  ['Live Entra tenant, recorded on', 'recorded'],
  ['Microsoft SCIM Validator runs', 'published'],
  ['Microsoft Learn', 'documented'],
  ['AzureAD/SCIMReferenceCode SCIM-Validation-Test-Overview', 'documented'],
  ['AzureAD/SCIMReferenceCode Protocol', 'inferred'],
  ['Microsoft Q&A 1373350', 'inferred'],
  ['Stack Overflow', 'inferred'],
  ['RFC', 'inferred'],
  ['Microsoft Q&A', 'published'],
  ['pranems/SCIMServer docs/', 'published'],
  ['Chainguard, guide to SCIM with Entra ID', 'published'],
];

const REPORT_ON_GITHUB = /^[\w.-]+\/[\w.-]+#\d+/;

function atMost(cite: string): Kind {
  const named = AT_MOST.find(([beginning]) => cite.startsWith(beginning))?.[1];
  return named ?? (REPORT_ON_GITHUB.test(cite) ? 'published' : 'simulated');
}

/** The ids of the exchanges that are otherwise. */
const except = (fine: (exchange: SourcedExchange) => boolean): readonly string[] =>
  exchanges.filter((exchange) => !fine(exchange)).map(({ id }) => id);

describe('the recordings', () => {
  test('are 279 exchanges in 36 scenarios, each with an id of its own', () => {
    expect(exchanges).toHaveLength(279);
    expect(new Set(exchanges.map(({ id }) => id)).size).toBe(279);
    expect(new Set(exchanges.map(({ scenario }) => scenario)).size).toBe(36);
  });

  test('claim no more than the weakest of their sources', () => {
    expect(except(({ sources, confidence }) => sources.every(({ kind }) => doubt(confidence) >= doubt(kind)))).toEqual(
      [],
    );
  });

  test('hold no source for more than it is', () => {
    expect(except(({ sources }) => sources.every(({ cite, kind }) => doubt(kind) >= doubt(atMost(cite))))).toEqual([]);
  });

  test('hold what is cited in no known way for made up', () => {
    expect(['somebody said so', 'owner/repo#7'].map(atMost)).toEqual(['simulated', 'published']);
  });

  test('do not pass what only we ask for as traffic of Microsoft', () => {
    expect(except(({ sender, confidence }) => sender !== 'check' || doubt(confidence) >= doubt('inferred'))).toEqual(
      [],
    );
  });

  test('say in each scenario what it is and that its values are invented, or replaced by `record`', () => {
    for (const scenario of readdirSync(folder)) {
      const about = parseJson(readFileSync(`${folder}/${scenario}/scenario.json`, 'utf8'));
      expect(['invented', 'replaced'], scenario).toContain(isObject(about) ? about['values'] : undefined);
      expect(isObject(about) && about['title'], scenario).toEqual(expect.stringMatching(/\w/));
    }
  });

  test('use no placeholder before an exchange of the same scenario yields it', () => {
    expect(exchanges.flatMap(unbound)).toEqual([]);
  });

  test('ask for documented operations and expect documented answers', () => {
    expect(
      except(({ request, expect: { status } }) => {
        const operation = contract.find(request.method, request.path);
        return status.some((one) => operation?.answers.has(String(one)) === true);
      }),
    ).toEqual([]);
  });
});

function unbound(exchange: SourcedExchange, index: number): readonly string[] {
  const captured = exchanges
    .slice(0, index)
    .filter(({ scenario }) => scenario === exchange.scenario)
    .flatMap(({ capture }) => Object.values(capture ?? {}));
  const known = new Set(['run', 'token', 'base', ...captured]);
  const used = JSON.stringify([exchange.request, exchange.expect]).matchAll(/\{\{([^{}]+)\}\}/g);
  return [...used].flatMap(([, name = '']) =>
    known.has(name) || name.startsWith('uuid:') ? [] : [`${exchange.id}: ${name}`],
  );
}
