import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { BackendUnavailable } from '../../backend.js';
import {
  batchOf,
  impatientBackend,
  type Scripted,
  type ScriptedBackend,
  SECRET,
  startScriptedBackend,
} from './scripted-backend.fixture.js';

const NEVER = new AbortController().signal;

let backend: ScriptedBackend | undefined;
afterEach(() => backend?.close());

describe('a backend that cannot be used', () => {
  it.each<[string, Scripted, string]>([
    ['knows another secret', { status: 401, body: { detail: 'Not signed.' } }, 'The backend answered 401: Not signed.'],
    ['is not there', { status: 404 }, 'The backend answered 404.'],
    ['wants to be slower for long', { status: 429 }, 'The backend answered 429.'],
    ['is down', { status: 503 }, 'The backend answered 503.'],
    ['hangs', 'hang', 'The backend did not answer within 50 ms.'],
    ['is cut off', 'cut', 'The backend could not be reached (UND_ERR_SOCKET).'],
  ])('because it %s makes the run pause', async (_, fault, reason) => {
    backend = await startScriptedBackend(() => fault);
    const delivered = impatientBackend(backend.url, { timeoutMs: 50 }).deliver(batchOf(2), NEVER);
    await expect(delivered).rejects.toThrow(BackendUnavailable);
    await expect(delivered).rejects.toThrow(reason);
  });

  it('because nobody listens makes the run pause', async () => {
    const gone = await startScriptedBackend();
    await gone.close();
    await expect(impatientBackend(gone.url).deliver(batchOf(1), NEVER)).rejects.toThrow('ECONNREFUSED');
  });

  it('because it sends us elsewhere is not followed there', async () => {
    const elsewhere = await startScriptedBackend();
    backend = await startScriptedBackend(() => ({ status: 307, headers: { location: `${elsewhere.url}/batches` } }));
    await expect(impatientBackend(backend.url).deliver(batchOf(1), NEVER)).rejects.toThrow('answered 307');
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it('is let alone while it is down, and used again when it is back', async () => {
    let down = true;
    const { url, received } = (backend = await startScriptedBackend(() => (down ? { status: 503 } : undefined)));
    const http = impatientBackend(url, { attempts: 20, giveUpMs: 5_000 }, { threshold: 2, openMs: 1_500 });
    const delivered = Promise.all([1, 2, 3, 4, 5].map(() => http.deliver(batchOf(1), NEVER)));
    // Those that were in progress when it opened, and one that was sent again before.
    await expect.poll(() => received.length).toBeGreaterThanOrEqual(5);
    await sleep(100);
    const arrived = received.length;
    await sleep(200);
    expect([arrived <= 6, received.length]).toEqual([true, arrived]);
    down = false;
    expect((await delivered).flat().map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'applied'));
  });

  it('is asked until the time to give up is over, however few attempts a request has', async () => {
    let count = 0;
    backend = await startScriptedBackend(() => (++count <= 8 ? 'cut' : undefined));
    const http = impatientBackend(backend.url, { attempts: 1, giveUpMs: 5_000 }, { threshold: 100 });
    expect(await http.deliver(batchOf(1), NEVER)).toMatchObject([{ state: 'applied' }]);
  });

  it('is given up when it stays down', async () => {
    backend = await startScriptedBackend(() => ({ status: 503 }));
    const http = impatientBackend(backend.url, { attempts: 1_000, giveUpMs: 100 }, { threshold: 2, openMs: 20 });
    const delivered = await Promise.allSettled([1, 2, 3].map(() => http.deliver(batchOf(1), NEVER)));
    expect(delivered.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(backend.received.length).toBeLessThan(20);
  });

  it('leaves no secret in what is said of it', async () => {
    backend = await startScriptedBackend(() => ({ status: 500 }));
    const error: unknown = await impatientBackend(backend.url)
      .deliver(batchOf(1), NEVER)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BackendUnavailable);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET.slice(6, 20));
  });
});
