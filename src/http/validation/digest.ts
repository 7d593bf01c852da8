import { createHash } from 'node:crypto';

/** The digest by which compiled validators are told to be of a document. @param json the text of generated/NAME.json */
export const digestOf = (json: string): string => createHash('sha256').update(json).digest('hex');
