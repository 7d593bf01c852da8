import type { CommandLine } from '../command-line.js';

/** The option of a command that asks on a terminal before it changes something. */
export interface YesOption {
  readonly yes?: true;
}

/**
 * Asks on a terminal whether to go ahead; --yes skips it, and so does the absence of a terminal, for scripts.
 * @throws Error if the answer is no
 */
export async function agree({ terminal }: CommandLine, { yes }: YesOption, question: string): Promise<void> {
  if (yes === true || !terminal.interactive) return;
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/iu.test(answer.trim())) throw new Error('Nothing was changed.');
}
