import type { TenantStore } from '../storage/storage.js';

/** Where errors go that no request is to suffer from. */
export type OnError = (error: unknown) => void;

/** Notes when tokens are used. */
export interface LastUsed {
  /** Begins to write that a token is used now; returns at once and never throws. */
  note(tokenId: string): void;
  /** Resolves when no write is in progress, for a clean stop. */
  settled(): Promise<void>;
}

/** Writes each token's last use, to the minute, once a minute at most; an error is reported and the next minute tries again. */
export function createLastUsed(store: Pick<TenantStore, 'markUsed'>, now: () => Date, onError: OnError): LastUsed {
  const pending = new Set<Promise<void>>();
  let minute = '';
  let noted = new Set<string>();

  async function write(tokenId: string, at: string): Promise<void> {
    try {
      await store.markUsed(tokenId, at);
    } catch (error) {
      onError(error);
    }
  }

  function note(tokenId: string): void {
    const at = `${now().toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)}:00.000Z`;
    if (at !== minute) [minute, noted] = [at, new Set()];
    if (noted.has(tokenId)) return;
    noted.add(tokenId);
    const writing = write(tokenId, at).finally(() => pending.delete(writing));
    pending.add(writing);
  }

  async function settled(): Promise<void> {
    while (pending.size > 0) await Promise.all(pending);
  }

  return { note, settled };
}
