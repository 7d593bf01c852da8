import { createHash } from 'node:crypto';
import type { RunState } from '../../model/run.js';
import type { RunStatus } from '../../sync/synchronization.js';
import { counted, type Tone } from '../layout/parts.js';

/** How the states of runs look; what the contract spells with two l's is written with one. */
export const RUN_STATES: Readonly<Record<RunState, { readonly tone: Tone; readonly word: string }>> = {
  running: { tone: 'waiting', word: 'running' },
  paused: { tone: 'bad', word: 'paused' },
  ['cancelled']: { tone: 'quiet', word: 'canceled' },
  finished: { tone: 'good', word: 'finished' },
};

/** How far a run is, as its page and its events say it. */
export interface RunProgress {
  readonly done: number;
  readonly total: number;
  /** How many lines came to what. */
  readonly sentence: string;
  /** What is read aloud: it changes ten times in a run, and with its state. */
  readonly said: string;
  /** Of all that the page shows besides the counts: where it is another one, the page is to be loaded anew. */
  readonly version: string;
}

/** How far a run is. */
export function progressOf(status: RunStatus): RunProgress {
  const { left, applied, skipped, failed } = status.counts;
  const [done, total] = [applied + skipped + failed, applied + skipped + failed + left];
  const parts = [
    `${counted(applied, 'line')} applied`,
    ...[`${number(skipped)} skipped`, `${number(failed)} failed`, `${number(left)} left`],
  ];
  const word = wordsOf(status);
  const tenths = Math.floor((10 * done) / Math.max(1, total));
  const shown = JSON.stringify([status.state, word, status.detail ?? '', failed]);
  return {
    ...{ done, total, sentence: `${parts.join(', ')}.` },
    said: status.state === 'running' ? `The run is ${word}: ${tenths * 10} % done.` : `The run is ${word}.`,
    version: createHash('sha256').update(shown).digest('hex').slice(0, 12),
  };
}

const number = (count: number): string => count.toLocaleString('en-US');

/** A run with lines that failed is not a good one. */
export const toneOf = ({ state, interrupted, counts }: RunStatus): Tone =>
  interrupted || counts.failed > 0 ? 'bad' : RUN_STATES[state].tone;

/** The state of a run in words. */
export function wordsOf({ state, interrupted, asked }: RunStatus): string {
  if (interrupted) return 'interrupted: its process stopped';
  if (asked !== undefined) return asked.to === 'pause' ? 'about to pause' : 'about to be canceled';
  return RUN_STATES[state].word;
}
