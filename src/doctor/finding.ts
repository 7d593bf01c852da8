/** What can stand between Entra and the server, and `unreachable` where nothing answers at all. */
export type Cause =
  | 'address'
  | 'unreachable'
  | 'certificate'
  | 'authorization-removed'
  | 'web-page'
  | 'user-agent'
  | 'path'
  | 'redirect'
  | 'token'
  | 'disabled'
  | 'body-size'
  | 'methods'
  | 'query'
  | 'rate'
  | 'clock'
  | 'public-url'
  | 'silence'
  | 'matching';

/** A fault that the doctor has found, in a sentence that says who has to mend it. */
export interface Finding {
  readonly cause: Cause;
  readonly sentence: string;
}

/** A finding. */
export const finding = (cause: Cause, sentence: string): Finding => ({ cause, sentence });

/** Characters of foreign text that are repeated in a sentence. */
const SHOWN = 200;

/** Text that came from outside as it may stand in a sentence: on one line, not too long, and without the token. */
export const foreign = (text: string, token: string): string =>
  text
    .replaceAll(token, '(the token)')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, SHOWN);
