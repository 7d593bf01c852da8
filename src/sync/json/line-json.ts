import type { TrackedLine } from '../../storage/sync-model.js';
import type { Plain } from './plain.js';

/** A line as the admin API and the command line show it: what does not concern it is absent. */
export type LineJson = Plain<Omit<TrackedLine, 'needsConfirmation'>> & { readonly needsConfirmation: boolean };

export function lineJson({ needsConfirmation, ...line }: TrackedLine): LineJson {
  return { ...line, needsConfirmation: needsConfirmation === true };
}
