import type { CustomFetch } from 'openid-client';

/** Bytes of an answer of Entra: its keys, the longest of them, have some 20,000. */
const MOST_ANSWER_BYTES = 262_144;

/**
 * Fetches as usual, within a size; the caller's signal bounds the time, and no redirect is followed. Of bodies, it sends forms alone.
 * @throws Error if the answer is too long
 */
export const boundedFetch: CustomFetch = async (url, { body: given, ...options }) => {
  const sent = given instanceof URLSearchParams ? given : null;
  const { status, headers, body } = await fetch(url, { ...options, body: sent, redirect: 'manual' });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error(`an answer has more than ${MOST_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return new Response(bytes === 0 ? null : Buffer.concat(pieces), { status, headers });
};
