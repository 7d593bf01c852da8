import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where a command prints and asks. */
export interface Terminal {
  /** Whether a person reads what is printed, and can be asked. */
  readonly interactive: boolean;
  /** Whether what is printed may have colours; NO_COLOR is honoured. */
  readonly colours: boolean;
  /** Prints to standard output: what the command was run for. */
  print(text: string): void;
  /** Writes a piece of something long to standard output, and resolves when there is room for the next. */
  write(piece: string): Promise<void>;
  /** Prints to standard error: what went wrong. */
  complain(text: string): void;
  /** Asks a question on standard error, and resolves with the answer. */
  ask(question: string): Promise<string>;
  /** Resolves when the process is asked to stop (SIGINT or SIGTERM). */
  stopRequested(): Promise<void>;
}

/** The terminal, or the pipes, that the process was started with. */
export const processTerminal: Terminal = {
  interactive: process.stdin.isTTY && process.stdout.isTTY,
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  print: (text) => void process.stdout.write(`${text}\n`),
  write: async (piece) => {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  },
  complain: (text) => void process.stderr.write(`${text}\n`),
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
    }),
};

/** What a terminal acts on instead of showing it: controls, line separators, and what turns the direction of writing. */
const ACTS_ON = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text from outside as a terminal may show it: what could move the cursor or hide something is written as `\u001b`. */
export const printable = (text: string): string =>
  text.replace(ACTS_ON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

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
