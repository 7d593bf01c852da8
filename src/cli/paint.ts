import { styleText } from 'node:util';
import type { LineKind, LineState } from '../storage/sync-model.js';
import type { Terminal } from './terminal.js';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours where the terminal has them, and nobody has set NO_COLOR. */
export const paintFor = ({ colours }: Pick<Terminal, 'colours'>): Paint =>
  colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;

export const KIND_STYLES: Readonly<Record<LineKind, Style>> = {
  create: 'green',
  link: 'cyan',
  update: 'blue',
  deactivate: 'yellow',
  reactivate: 'green',
  delete: 'red',
  conflict: 'magenta',
  held: 'gray',
  add: 'green',
  remove: 'yellow',
};

export const STATE_STYLES: Readonly<Record<LineState, Style>> = {
  planned: 'gray',
  sent: 'cyan',
  applied: 'green',
  skipped: 'yellow',
  failed: 'red',
};
