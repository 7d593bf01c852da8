import { notFound, ScimError } from '../../protocol/scim-error.js';
import type { RunStatus, Synchronization } from '../../sync/synchronization.js';
import type { OpenSession, Sessions } from '../session/sessions.js';
import { progressOf } from '../sync/run-progress.js';
import { eventText, OPENING, type EventSink, type EventStream, type LiveEvent } from './event-stream.js';
import { Seats } from './seats.js';

/** Milliseconds: how often runs are looked at, sessions are, and a stream says that it is alive. */
interface LiveTiming {
  readonly lookMs: number;
  readonly sessionMs: number;
  readonly beatMs: number;
  /** How long the database may leave a look unanswered before viewers are told. */
  readonly patienceMs: number;
}

const TIMING: LiveTiming = { lookMs: 1_000, sessionMs: 5_000, beatMs: 15_000, patienceMs: 5_000 };

/** What the events of runs stand on. */
interface LiveParts {
  readonly synchronization: Pick<Synchronization, 'status'>;
  readonly sessions: Pick<Sessions, 'isOpen'>;
  /** Ends every stream: the server is about to stop. */
  readonly stopping: AbortSignal;
  readonly onFault: (error: unknown) => void;
  readonly timing?: LiveTiming;
}

/** A run that somebody wants to follow. */
interface Watched {
  readonly tenantId: string;
  readonly runId: string;
  readonly session: OpenSession;
  /** The id of the last event that the client has seen, in a stream before. */
  readonly lastEventId: string | undefined;
}

/** The events of runs, for all who follow them in this process. */
export interface RunEvents {
  /**
   * A stream of what a run comes to. It ends with the run, with the session, and when the server stops.
   * @throws ScimError 404 for an unknown run, 503 where too many follow runs
   */
  watch(watched: Watched): Promise<EventStream>;
}

/** Makes the events of runs. One look a run serves all who follow it. */
export function createRunEvents(parts: LiveParts): RunEvents {
  const hub = new Hub(parts, parts.timing ?? TIMING);
  return { watch: (watched) => hub.watch(watched) };
}

interface Viewer {
  readonly feed: Feed;
  readonly session: OpenSession;
  readonly sink: EventSink;
  /** The event that was sent last. */
  sent: LiveEvent | undefined;
  /** The id that the client has. */
  id: string | undefined;
  sentAt: number;
}

/** A run that somebody follows. */
interface Feed {
  readonly tenantId: string;
  readonly runId: string;
  readonly viewers: Set<Viewer>;
  /** What is to be known of the run now. */
  latest: LiveEvent;
  /** When the look was begun that is not answered yet. */
  lookingSince: number | undefined;
  /** Whether the last look failed, so that a fault is told once and not with every look. */
  failing: boolean;
}

const AWAY: LiveEvent = {
  name: 'away',
  data: { said: 'The database does not answer. What you see is older; it goes on by itself.' },
};
const SIGNED_OUT: LiveEvent = { name: 'end', data: { reason: 'session', said: 'You have been signed out.' } };

class Hub {
  readonly #parts: LiveParts;
  readonly #timing: LiveTiming;
  readonly #seats = new Seats();
  readonly #feeds = new Map<string, Feed>();
  #timer: NodeJS.Timeout | undefined;
  #sessionsAt = 0;
  #lookingAtSessions = false;

  constructor(parts: LiveParts, timing: LiveTiming) {
    this.#parts = parts;
    this.#timing = timing;
    parts.stopping.addEventListener('abort', () => {
      for (const viewer of this.#viewers()) viewer.sink.end();
    });
  }

  async watch({ tenantId, runId, session, lastEventId }: Watched): Promise<EventStream> {
    const status = await this.#parts.synchronization.status(tenantId, runId);
    if (status === undefined) throw notFound('The company has no such run.');
    const leaveSeat = this.#seats.take(session.hash);
    let leaveFeed = (): void => undefined;
    return {
      open: (sink) => {
        const feed = this.#feedOf(tenantId, status);
        const viewer: Viewer = { feed, session, sink, sent: undefined, id: lastEventId, sentAt: performance.now() };
        feed.viewers.add(viewer);
        leaveFeed = () => {
          this.#leave(viewer);
        };
        // At once, so that whoever has seen it all, too, knows that the way here lets events pass.
        const first = isSame(feed.latest, lastEventId) ? BEAT : feed.latest;
        sink.send(OPENING);
        this.#send(viewer, first, performance.now());
        if (this.#parts.stopping.aborted) sink.end();
      },
      closed: () => {
        leaveFeed();
        leaveSeat();
      },
    };
  }

  #feedOf(tenantId: string, status: RunStatus): Feed {
    const key = keyOf(tenantId, status.id);
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const own = { tenantId, runId: status.id, viewers: new Set<Viewer>(), latest: eventOf(status) };
    const feed: Feed = { ...own, lookingSince: undefined, failing: false };
    this.#feeds.set(key, feed);
    this.#timer ??= setInterval(() => {
      this.#tick(performance.now());
    }, this.#timing.lookMs);
    return feed;
  }

  #leave(viewer: Viewer): void {
    const { feed } = viewer;
    feed.viewers.delete(viewer);
    if (feed.viewers.size > 0) return;
    this.#feeds.delete(keyOf(feed.tenantId, feed.runId));
    if (this.#feeds.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  *#viewers(): Generator<Viewer> {
    for (const feed of [...this.#feeds.values()]) yield* [...feed.viewers];
  }

  #tick(now: number): void {
    for (const feed of this.#feeds.values()) void this.#look(feed, now);
    for (const viewer of this.#viewers()) this.#tell(viewer, now);
    if (now - this.#sessionsAt >= this.#timing.sessionMs && !this.#lookingAtSessions) void this.#endSessions(now);
  }

  /** Looks at a run, unless a look before is not answered yet. */
  async #look(feed: Feed, now: number): Promise<void> {
    if (feed.lookingSince !== undefined) {
      if (now - feed.lookingSince >= this.#timing.patienceMs) feed.latest = AWAY;
      return;
    }
    feed.lookingSince = now;
    try {
      const status = await this.#parts.synchronization.status(feed.tenantId, feed.runId);
      feed.latest = status === undefined ? GONE : eventOf(status);
      feed.failing = false;
    } catch (error) {
      feed.latest = error instanceof ScimError && error.status === 404 ? GONE : AWAY;
      if (feed.latest === AWAY && !feed.failing) this.#parts.onFault(error);
      feed.failing = true;
    } finally {
      feed.lookingSince = undefined;
    }
    for (const viewer of [...feed.viewers]) this.#tell(viewer, performance.now());
  }

  /** Sends what a viewer does not know yet, or that the stream is alive; to one who does not read, nothing. */
  #tell(viewer: Viewer, now: number): void {
    const { sink, feed, sent } = viewer;
    if (!sink.isReady()) return;
    const { latest } = feed;
    const isKnown = sent === undefined || sent.name === 'progress' ? isSame(latest, viewer.id) : sent === latest;
    if (!isKnown) this.#send(viewer, latest, now);
    else if (now - viewer.sentAt >= this.#timing.beatMs) this.#send(viewer, BEAT, now);
  }

  #send(viewer: Viewer, event: LiveEvent, now: number): void {
    viewer.sink.send(eventText(event));
    viewer.sentAt = now;
    if (event.name !== 'beat') viewer.sent = event;
    if (event.id !== undefined) viewer.id = event.id;
    if (event.name === 'end') viewer.sink.end();
  }

  /** Ends the streams of sessions that were revoked, or in which nobody did anything for too long; each session is read once. */
  async #endSessions(now: number): Promise<void> {
    this.#sessionsAt = now;
    this.#lookingAtSessions = true;
    try {
      const sessions = new Map([...this.#viewers()].map(({ session }) => [session.hash, session]));
      for (const session of sessions.values()) {
        if (await this.#parts.sessions.isOpen(session)) continue;
        for (const viewer of this.#viewers()) {
          if (viewer.session.hash === session.hash) this.#send(viewer, SIGNED_OUT, performance.now());
        }
      }
    } catch {
      // Whoever looks at the runs tells that the database is away; until it is back nothing is sent that a session would protect.
    } finally {
      this.#lookingAtSessions = false;
    }
  }
}

const BEAT: LiveEvent = { name: 'beat', data: {} };
const GONE: LiveEvent = { name: 'end', data: { reason: 'gone', said: 'The run is gone, with its company.' } };

const keyOf = (tenantId: string, runId: string): string => `${tenantId}/${runId}`;

const isSame = ({ name, id }: LiveEvent, known: string | undefined): boolean => name === 'progress' && id === known;

/** What is to be known of a run. Nothing more comes once nobody works on it: an answer that ends says so. */
function eventOf(status: RunStatus): LiveEvent {
  const { done, ...progress } = progressOf(status);
  const id = `${done}.${progress.version}`;
  if (status.state === 'running') return { name: 'progress', id, data: { done, ...progress } };
  return { name: 'end', id, data: { reason: 'run', done, ...progress } };
}
