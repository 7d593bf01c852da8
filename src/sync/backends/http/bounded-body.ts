import { RequestFailure } from './request-failure.js';

/** How much of an answer is read, in bytes. */
const LARGEST = 5 * 1024 * 1024;

/**
 * Reads a body up to 5 MB.
 * @throws RequestFailure `later` where there is more; what is left is not read
 */
export async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [size, text] = [0, ''];
  const chunks: AsyncIterable<Uint8Array> | null = response.body;
  if (chunks === null) return '';
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > LARGEST) throw new RequestFailure('later', 'The backend answered with more than 5 MB.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
