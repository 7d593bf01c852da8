import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

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
