import { expect, it } from 'vitest';
import { hashRequests } from './name-hashes.js';

/** The example of openapi/backend.yaml. */
const SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX';
const HASH = '8ee6251d1d703adeddc5a7e5eb1a224608416cdf53f5e2f6d509178cf3eaf6cd';

const question = (name: string) =>
  ({ type: 'User', scimId: 'u1', content: { name, active: true, attributes: {} }, email: 'mira@x' }) as const;

it('a question has the hash that the document computes, and neither name nor hints', () => {
  expect(hashRequests(SECRET)('t', [question('Mira@Contoso.example')])).toEqual({
    tenantId: 't',
    items: [{ subject: 'account', scimId: 'u1', nameHashes: [HASH] }],
  });
});

it('a name has a hash for each secret, and another one in each tenant', () => {
  const another = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const hashesOf = (secret: string, tenantId: string) =>
    hashRequests(secret)(tenantId, [question('mira@contoso.example')]).items.flatMap((item) =>
      'nameHashes' in item ? item.nameHashes : [],
    );
  expect(hashesOf(`${another} ${SECRET}`, 't')).toEqual([hashesOf(another, 't')[0], HASH]);
  expect(hashesOf(SECRET, 'other')).not.toEqual([HASH]);
});
