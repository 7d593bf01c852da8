import { styleText } from 'node:util';
import type { LineKind, LineState } from '../model/line.js';
import type { Terminal } from './terminal.js';

type Style = Parameters<typeof styleText>[0];

/** Colors a text, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

/** A paint that colors if the terminal supports it and NO_COLOR is not set. */
export const paintFor = ({ colors }: Pick<Terminal, 'colors'>): Paint =>
  colors ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;

/** The color of each kind of line. */
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

/** The color of each state of a line. */
export const STATE_STYLES: Readonly<Record<LineState, Style>> = {
  planned: 'gray',
  sent: 'cyan',
  applied: 'green',
  skipped: 'yellow',
  failed: 'red',
};
