import { createHmac } from 'node:crypto';
import type { HashedQuestion, MatchRequest } from '../../../../generated/backend.js';
import { foldString } from '../../../protocol/search-form.js';
import type { MatchQuestion } from '../../backend.js';

/**
 * Makes bodies of POST /matches that have keyed hashes in the place of names: only who has the secret and the name knows whom
 * one is about.
 * @param secret one or more, `whsec_…`, separated by spaces: a name has a hash for each
 */
export function hashRequests(secret: string): (tenantId: string, questions: readonly MatchQuestion[]) => MatchRequest {
  const keys = secret
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => Buffer.from(one.replace(/^whsec_/u, ''), 'base64'));
  return (tenantId, questions) => ({
    tenantId,
    items: questions.map((question) => hashedQuestion(keys, tenantId, question)),
  });
}

function hashedQuestion(
  keys: readonly Buffer[],
  tenantId: string,
  { type, scimId, content }: MatchQuestion,
): HashedQuestion {
  const subject = type === 'User' ? 'account' : 'group';
  const text = ['flexwhere-name', tenantId, subject, foldString(content.name)].join('\n');
  return { subject, scimId, nameHashes: keys.map((key) => createHmac('sha256', key).update(text).digest('hex')) };
}
