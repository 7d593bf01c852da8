import type { NewActivity } from '../model/activity/entry.js';
import { ScimError } from '../protocol/scim-error.js';
import type { ActivityStore } from '../storage/activity-store.js';

/** A request as the recorder takes it, without what it adds. */
export type Recorded = Omit<NewActivity, 'id' | 'at' | 'count'>;

/** What the recorder has done, for the metrics of this process. */
export interface RecorderState {
  /** Entries that are not written yet. */
  readonly waiting: number;
  /** Entries that were given up, since the process began. */
  readonly dropped: number;
}

/** Writes the activity log beside the requests, which never wait for it. */
export interface ActivityRecorder {
  /** Takes a request; never throws. */
  record(request: Recorded): void;
  state(): RecorderState;
  /** Writes what is waiting, for tests and commands. */
  flush(): Promise<void>;
  /** Writes what is waiting and takes no more. */
  stop(): Promise<void>;
}

/** What the recorder needs. */
interface RecorderParts {
  readonly store: Pick<ActivityStore, 'append'>;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Told once for each batch that could not be written. */
  readonly onError: (error: unknown) => void;
  readonly limits?: Partial<RecorderLimits>;
}

interface RecorderLimits {
  /** Entries written at a time. */
  readonly batch: number;
  /** Milliseconds after which an entry is written though there are few. */
  readonly delay: number;
  /** Milliseconds until the next attempt when the database is away. */
  readonly retry: number;
  /** How many entries wait at most. */
  readonly most: number;
  /** Different refusals in one minute that have an entry each. */
  readonly folds: number;
}

const LIMITS: RecorderLimits = { batch: 200, delay: 250, retry: 1_000, most: 10_000, folds: 1_000 };

type Writable = { -readonly [Key in keyof NewActivity]: NewActivity[Key] };

/** Starts a recorder: a buffer that is written at 200 entries or after 250 ms, in one transaction. */
export function createRecorder(parts: RecorderParts): ActivityRecorder {
  const buffer = new Buffered(parts);
  return {
    record: (request) => {
      buffer.record(request);
    },
    state: () => ({ waiting: buffer.waiting, dropped: buffer.dropped }),
    flush: () => buffer.write(),
    stop: () => buffer.stop(),
  };
}

class Buffered {
  readonly #parts: RecorderParts;
  readonly #limits: RecorderLimits;
  readonly #folds: Folds;
  // Two queues, so that lookups, which say the least, go first when there is no room.
  #lookUps: Writable[] = [];
  #others: Writable[] = [];
  dropped = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#limits = { ...LIMITS, ...parts.limits };
    this.#folds = new Folds(parts.newId, this.#limits.folds);
  }

  get waiting(): number {
    return this.#lookUps.length + this.#others.length;
  }

  record(request: Recorded): void {
    if (this.#stopped) return;
    const at = this.#parts.now().toISOString();
    const folded = isFolded(request) ? this.#folds.take(request, at) : undefined;
    if (folded?.waiting !== undefined) {
      folded.waiting.count += 1;
      folded.waiting.durationUs += request.durationUs;
      return;
    }
    if (!this.#makeRoom(request)) return;
    const entry = entryOf(request, folded?.id ?? this.#parts.newId(), at);
    (isLookUp(request) ? this.#lookUps : this.#others).push(entry);
    folded?.keep(entry);
    if (this.waiting >= this.#limits.batch) void this.write();
    else this.#schedule(this.#limits.delay);
  }

  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.waiting > 0) this.#schedule(this.#limits.retry);
    });
    return this.#writing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.write();
  }

  #makeRoom(request: Recorded): boolean {
    if (this.waiting < this.#limits.most) return true;
    this.dropped += 1;
    if (isLookUp(request) || this.#lookUps.length === 0) return false;
    this.#lookUps.pop();
    return true;
  }

  #schedule(delay: number): void {
    if (this.#timer !== undefined || this.#writing !== undefined) return;
    this.#timer = setTimeout(() => void this.write(), delay);
    this.#timer.unref();
  }

  /** Ends when nothing waits, or the database is away. */
  async #writeAll(): Promise<void> {
    while (this.waiting > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#parts.store.append(together(batch));
      } catch (error) {
        this.#parts.onError(error);
        if (error instanceof ScimError && error.status === 503) {
          this.#putBack(batch);
          return;
        }
        // What the database refuses for another reason would be refused again.
        this.dropped += batch.length;
      }
    }
  }

  #takeBatch(): readonly Writable[] {
    const batch = this.#others.splice(0, this.#limits.batch);
    batch.push(...this.#lookUps.splice(0, this.#limits.batch - batch.length));
    this.#folds.written();
    return batch;
  }

  #putBack(batch: readonly Writable[]): void {
    this.#others.unshift(...batch.filter((entry) => !isLookUp(entry)));
    this.#lookUps.unshift(...batch.filter(isLookUp));
  }
}

/** One literal, since spreading costs more than all the rest. */
const entryOf = (request: Recorded, id: string, at: string): Writable => ({
  id,
  at,
  count: 1,
  tenantId: request.tenantId,
  requestId: request.requestId,
  source: request.source,
  operation: request.operation,
  status: request.status,
  outcome: request.outcome,
  durationUs: request.durationUs,
  resourceType: request.resourceType,
  resourceId: request.resourceId,
  subject: request.subject,
  tokenId: request.tokenId,
  tokenPrefix: request.tokenPrefix,
  reason: request.reason,
  scimType: request.scimType,
  detail: request.detail,
  changed: request.changed,
  ignored: request.ignored,
  rules: request.rules,
  network: request.network,
});

/** Entries of one id as one, with the sum of their counts: one statement cannot write a row twice. */
function together(batch: readonly Writable[]): readonly NewActivity[] {
  const byId = new Map<string, Writable>();
  for (const entry of batch) {
    const first = byId.get(entry.id);
    if (first === undefined) byId.set(entry.id, entry);
    else
      byId.set(entry.id, {
        ...first,
        count: first.count + entry.count,
        durationUs: first.durationUs + entry.durationUs,
      });
  }
  return [...byId.values()];
}

const isLookUp = ({ operation, outcome }: Recorded): boolean =>
  (operation.endsWith('.lookup') || operation.endsWith('.get') || operation.endsWith('.list')) &&
  (outcome === 'ok' || outcome === 'nothing');

/** Anybody can send any number of these. */
const isFolded = ({ status, tenantId }: Recorded): boolean =>
  status === 401 || status === 429 || tenantId === undefined;

/** A place of its own for each kind of refusal in one minute. */
interface Fold {
  readonly id: string;
  /** The entry that is not written yet. */
  readonly waiting: Writable | undefined;
  keep(entry: Writable): void;
}

/** Refusals of one minute that are alike share an entry, so that nobody fills the disk. */
class Folds {
  readonly #newId: () => string;
  readonly #most: number;
  #minute = '';
  #ids = new Map<string, string>();
  #waiting = new Map<string, Writable>();

  constructor(newId: () => string, most: number) {
    this.#newId = newId;
    this.#most = most;
  }

  take(request: Recorded, at: string): Fold {
    const minute = at.slice(0, 'YYYY-MM-DDTHH:MM'.length);
    if (minute !== this.#minute) this.#begin(minute);
    const key = this.#keyOf(request);
    const id = this.#ids.get(key) ?? this.#newId();
    this.#ids.set(key, id);
    return { id, waiting: this.#waiting.get(key), keep: (entry) => this.#waiting.set(key, entry) };
  }

  #begin(minute: string): void {
    this.#minute = minute;
    this.#ids = new Map();
    this.#waiting = new Map();
  }

  /** What was waiting is written now: what comes is added to it in the database. */
  written(): void {
    this.#waiting.clear();
  }

  #keyOf({ tenantId = '', source, operation, status, reason = '', tokenPrefix = '', network = '' }: Recorded): string {
    const key = [tenantId, source, operation, status, reason, tokenPrefix, network].join(' ');
    return this.#ids.has(key) || this.#ids.size < this.#most ? key : [status, reason].join(' ');
  }
}
