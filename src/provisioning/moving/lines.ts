import { createReadStream } from 'node:fs';
import { invalidValue, type ScimError } from '../../protocol/scim-error.js';
import { MOST_LINE_BYTES } from './format.js';

/** A line of a file, from 1, with its line feed. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer;
}

/** 400 for a file that cannot be imported, with the line where that shows. */
export const refused = (line: number, problem: string): ScimError =>
  invalidValue(`Line ${line} ${problem}. Nothing was imported.`);

const LINE_FEED = 0x0a;

/**
 * The lines of a file, one at a time in memory.
 * @throws ScimError 400 for a line that is too long or has no end; Error of the file system
 */
export async function* linesIn(file: string): AsyncGenerator<Line, void> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1_048_576 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      number += 1;
      checkLength(number, length + end + 1 - start);
      yield { number, bytes: Buffer.concat([...parts, chunk.subarray(start, end + 1)]) };
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    checkLength(number + 1, length);
  }
  if (length > 0) throw refused(number + 1, 'ends too early: the file was cut. Export the tenant again');
}

function checkLength(number: number, length: number): void {
  if (length > MOST_LINE_BYTES) throw refused(number, `is longer than ${MOST_LINE_BYTES} bytes`);
}
