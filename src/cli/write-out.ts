import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printableLines } from './printable.js';
import type { Terminal } from './terminal.js';

/**
 * Writes something long, a piece at a time, into a file or to standard output; on a terminal, so that it acts on nothing.
 * @throws Error where the file cannot be written
 */
export async function writeOut(
  terminal: Terminal,
  pieces: AsyncIterable<string>,
  file: string | undefined,
): Promise<void> {
  if (file !== undefined) {
    await pipeline(Readable.from(pieces), createWriteStream(file));
    return;
  }
  for await (const piece of pieces) await terminal.write(terminal.interactive ? printableLines(piece) : piece);
}
