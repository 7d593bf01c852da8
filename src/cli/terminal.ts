import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Output } from './output.js';

/** Where a command prints, and asks questions. */
export interface Terminal {
  /** Whether a person reads the output and can answer questions. */
  readonly interactive: boolean;
  /** Whether the output may have colors; NO_COLOR is honored. */
  readonly colors: boolean;
  /** Prints to standard output: the result of the command. */
  print(text: string): void;
  /**
   * Writes a piece of a long text to standard output, and resolves when there is room for the next.
   * @throws OutputClosed if nobody reads it any more
   */
  write(piece: string): Promise<void>;
  /** Prints to standard error: what went wrong. */
  complain(text: string): void;
  /** Asks a question on standard error, and resolves with the answer. */
  ask(question: string): Promise<string>;
  /** Reads standard input to its end. @throws Error where it is longer than 64 kB */
  read(): Promise<string>;
  /** Resolves when the process is asked to stop (SIGINT or SIGTERM). */
  stopRequested(): Promise<void>;
}

const output = new Output(process.stdout);
const complaints = new Output(process.stderr);

/**
 * Waits until all that was printed has left the process.
 * @throws Error if standard output could not be written, such as to a disk that is full; that nobody reads it is no error
 */
export async function flushed(): Promise<void> {
  await Promise.all([output.flushed(), complaints.flushed().catch(() => undefined)]);
}

/** Bytes of standard input that are read at most: what is given that way is short. */
const INPUT_BYTES = 65_536;

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > INPUT_BYTES) throw new Error(`Standard input has more than ${INPUT_BYTES} bytes.`);
  }
  return Buffer.concat(pieces).toString();
}

/** The terminal or the pipes of this process. */
export const processTerminal: Terminal = {
  interactive: process.stdin.isTTY && process.stdout.isTTY,
  colors: process.stdout.isTTY && process.stdout.hasColors(),
  print: (text) => {
    output.print(`${text}\n`);
  },
  write: (piece) => output.write(piece),
  complain: (text) => {
    complaints.print(`${text}\n`);
  },
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
  read: readInput,
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
    }),
};

/** Characters that a terminal acts on instead of showing: controls, line separators, and directional formatting. */
const ACTS_ON = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Untrusted text that is safe to show: characters that could move the cursor or hide text are written like `\u001b`. */
export const printable = (text: string): string =>
  text.replace(ACTS_ON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same for text of several lines, whose line breaks stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/**
 * Writes a long text piece by piece to a file or to standard output; on a terminal, it is made safe to show.
 * @throws Error if the file cannot be written
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
