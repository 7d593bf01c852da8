import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { docsOfCheckout } from '../../testing/docs/docs-of-checkout.js';
import { readDocuments } from '../../testing/docs/read-documents.js';
import { curlLine } from './curl.js';
import { documented } from './reference.js';

const CALLER = { base: 'https://scim.example.com/scim', headers: ['Authorization: Bearer $TOKEN'] };

const operations = readDocuments().flatMap((document) => documented(document, 'https://scim.example.com').operations);

const lineOf = (id: string): string => {
  const operation = operations.find((one) => one.id === id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return curlLine(CALLER, operation);
};

it('a lookup has its filter as curl encodes it', () => {
  expect(lineOf('listUsers')).toBe(
    `curl "https://scim.example.com/scim/Users" \\
  -H "Authorization: Bearer $TOKEN" \\
  -G \\
  --data-urlencode 'filter=userName eq "tamsin@contoso.example"'`,
  );
});

it('a change names its method, and a variable for each part of the path', () => {
  expect(lineOf('deleteUser').split(' \\\n')[0]).toBe('curl -X DELETE "https://scim.example.com/scim/Users/$ID"');
  expect(lineOf('patchGroup').split(' \\\n')[0]).toBe('curl -X PATCH "https://scim.example.com/scim/Groups/$ID"');
});

it('each line is one command to a shell, which passes the body on as the example has it', () => {
  const lines = operations.map((operation) => curlLine(CALLER, operation));
  expect(lines.length).toBeGreaterThan(50);
  const script = lines.map((line) => `${line}; echo`).join('\n');
  const printed = execFileSync('sh', ['-c', `curl() { printf '%s' "$#"; printf '\\037%s' "$@"; }\n${script}`], {
    encoding: 'utf8',
    env: { TOKEN: 't' },
  });
  const calls = printed
    .trimEnd()
    .split('\n')
    .map((call) => call.split('\u001F'));
  expect(calls.length).toBe(operations.length);
  for (const [index, [count, ...words]] of calls.entries()) {
    expect(words.length).toBe(Number(count));
    const example = operations[index]?.bodies[0]?.examples[0]?.value;
    const at = words.indexOf('--data');
    if (example !== undefined) expect(JSON.parse(words[at + 1] ?? '')).toEqual(example);
  }
});

it('stands on the page of its operation', () => {
  expect(docsOfCheckout().page('reference/admin/listTenants')).toContain(
    'curl &quot;https://scim.example.com/admin/api/tenants',
  );
});
