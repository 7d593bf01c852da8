import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { atPointer, isObject, type JsonObject } from '../../tools/entra-client/json.js';
import { faultsOf, type Contract } from './gate.js';

/** As much of a schema as an attribute is added to. */
interface ObjectSchema {
  readonly required: string[];
  readonly properties: Record<string, object>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const changelog = readFileSync(`${ROOT}/CHANGELOG.md`, 'utf8');
const names = readdirSync(`${ROOT}/openapi`).flatMap((file) => /^(\w+)\.yaml$/u.exec(file)?.[1] ?? []);

function read(path: string): JsonObject {
  const document: unknown = parse(readFileSync(`${ROOT}/openapi/${path}.yaml`, 'utf8'));
  if (!isObject(document)) throw new Error(`openapi/${path}.yaml is no document`);
  return document;
}

describe('the contract', () => {
  // a document that was not released yet has no clients
  test.each(names.filter((name) => existsSync(`${ROOT}/openapi/released/${name}.yaml`)))(
    'openapi/%s.yaml is the released one, or says how it differs',
    (name) => {
      expect(faultsOf({ name, released: read(`released/${name}`), current: read(name), changelog })).toEqual([]);
    },
  );

  test('keeps every document that was released', () => {
    expect(names).toEqual(
      expect.arrayContaining(readdirSync(`${ROOT}/openapi/released`).map((file) => file.slice(0, -5))),
    );
    expect(names).toEqual(expect.arrayContaining(['scim', 'admin']));
  });
});

const get = { operationId: 'listUsers', responses: { '200': { description: 'ok' } } };
const released: JsonObject = { openapi: '3.0.3', info: { version: '1.2.3' }, paths: { '/Users': { get } } };
const broken: JsonObject = { paths: { '/People': { get } } };
const added: JsonObject = { paths: { '/Users': { get }, '/Groups': { get: { ...get, operationId: 'listGroups' } } } };
const worded: JsonObject = { paths: { '/Users': { get: { ...get, summary: 'List users' } } } };
const NAMED =
  '# Changelog\n\n## 2.0.0\n\n### Breaking\n\n- `GET /Users` is now `GET /People`.\n\n## 1.2.3\n\n- First.\n';

const contract = (version: string, change: JsonObject, text = ''): Contract => ({
  name: 'scim',
  released,
  current: { ...released, ...change, info: { version } },
  changelog: text,
});

describe('a change of the contract goes out', () => {
  test.each<readonly [string, Contract]>([
    ['when there is none', contract('1.2.3', {})],
    ['as a patch when only texts are others', contract('1.2.4', worded)],
    ['as a minor version when clients are offered more', contract('1.3.0', added)],
    ['as a major version when the changelog says what breaks', contract('2.0.0', broken, NAMED)],
    [
      'as a minor version when the changelog says that the document was behind the server',
      contract('1.3.0', broken, NAMED.replace('## 2.0.0', '## 1.3.0').replace('Breaking', 'Clarified')),
    ],
    ['as more than the document shows', contract('2.0.0', worded)],
    [
      'under the name of its file when it is not the document for provisioning clients',
      { ...contract('2.0.0', broken, NAMED.replace('## 2.0.0', '## admin.yaml 2.0.0')), name: 'admin' },
    ],
  ])('%s', (_, given) => {
    expect(faultsOf(given)).toEqual([]);
  });
});

describe('a change of the contract is held up', () => {
  test.each<readonly [string, Contract, readonly RegExp[]]>([
    ['when the version stands still', contract('1.2.3', worded), [/Set it to 1\.2\.4/]],
    ['as a patch when clients are offered more', contract('1.2.4', added), [/Set it to 1\.3\.0.*`GET \/Groups`/s]],
    ['as a minor version when clients break', contract('1.3.0', broken, NAMED), [/Set it to 2\.0\.0.*`GET \/Users`/s]],
    ['when it skips a version', contract('1.2.5', worded), [/Set it to 1\.2\.4/]],
    ['when the version falls back', contract('1.2.2', {}), [/Set it to 1\.2\.3/]],
    ['when the changelog does not say what breaks', contract('2.0.0', broken), [/"## 2\.0\.0" and "### Breaking"/]],
    [
      'when another place in the changelog says it',
      contract('2.0.0', broken, NAMED.replace('### Breaking', '### New')),
      [/breaks clients at `GET \/Users`/],
    ],
    [
      'when the changelog clarifies another place',
      contract(
        '1.3.0',
        broken,
        NAMED.replace('## 2.0.0', '## 1.3.0')
          .replace('Breaking', 'Clarified')
          .replaceAll('`GET /Users`', '`GET /Groups`'),
      ),
      [/Set it to 2\.0\.0/, /breaks clients at `GET \/Users`/],
    ],
    [
      'when the changelog says it of an earlier version',
      contract('2.0.0', broken, NAMED.replace('## 2.0.0', '## 1.2.0')),
      [/breaks clients at `GET \/Users`/],
    ],
  ])('%s', (_, given, messages) => {
    const faults = faultsOf(given);
    expect(faults).toHaveLength(messages.length);
    messages.forEach((message, index) => {
      expect(faults[index]).toMatch(message);
    });
  });
});

describe('a new optional attribute of users (docs/changing.md)', () => {
  const scim = read('released/scim');
  const [major, minor] = String(atPointer(scim, '/info/version')).split('.').map(Number);
  const withAttribute = (version: string, required: boolean): JsonObject => {
    const copy = structuredClone<unknown>(scim) as {
      info: { version: string };
      components: { schemas: Record<string, ObjectSchema> };
    };
    copy.info.version = version;
    for (const name of ['UserRequest', 'UserResource']) {
      const schema = copy.components.schemas[name];
      if (schema === undefined) throw new Error(`openapi/released/scim.yaml has no schema ${name}`);
      schema.properties['pronouns'] = { type: 'string', nullable: true, description: 'How to speak of the person.' };
      if (required) schema.required.push('pronouns');
    }
    return copy as unknown as JsonObject;
  };
  const faults = (version: string, required = false) =>
    faultsOf({ name: 'scim', released: scim, current: withAttribute(version, required), changelog: '' });

  test('is a minor version', () => {
    expect(faults(`${major}.${(minor ?? 0) + 1}.0`)).toEqual([]);
    expect(faults(`${major}.${minor}.1`).join()).toContain(`Set it to ${major}.${(minor ?? 0) + 1}.0`);
  });

  test('is a major version once requests must have it', () => {
    expect(faults(`${major}.${(minor ?? 0) + 1}.0`, true).join()).toContain(`Set it to ${(major ?? 0) + 1}.0.0`);
  });
});
