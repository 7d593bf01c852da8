import { unavailable } from '../../protocol/scim-error.js';

/** Streams of events that one process has at a time. */
export const MOST_STREAMS = 200;

/** Streams of events of one session: a browser has six connections to a server without HTTP/2, and pages need some of them. */
export const MOST_STREAMS_OF_SESSION = 3;

/** Seconds after which a client may ask again. */
const RETRY_AFTER = 30;

/** Bounds how many streams there are at a time. */
export class Seats {
  readonly #ofSession = new Map<string, number>();
  #taken = 0;

  /**
   * Takes a seat for a session.
   * @returns gives it back; once is enough, more does nothing
   * @throws ScimError 503 where there is none
   */
  take(session: string): () => void {
    const own = this.#ofSession.get(session) ?? 0;
    if (this.#taken >= MOST_STREAMS || own >= MOST_STREAMS_OF_SESSION) {
      throw unavailable(
        'Too many pages are open that follow a run. This one looks again and again instead.',
        RETRY_AFTER,
      );
    }
    this.#taken += 1;
    this.#ofSession.set(session, own + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken -= 1;
      const left = (this.#ofSession.get(session) ?? 1) - 1;
      if (left === 0) this.#ofSession.delete(session);
      else this.#ofSession.set(session, left);
    };
  }
}
