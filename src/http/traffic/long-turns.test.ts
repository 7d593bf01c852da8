import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LongTurns } from './long-turns.js';

const LONG = 100_000;

describe('long turns', () => {
  it('make nobody wait who has little to do', () => {
    expect(new LongTurns().take('contoso', 4_096)).toBeUndefined();
    expect(new LongTurns().take('contoso', 4_097)).toBeInstanceOf(Promise);
  });

  it('come one at a time, with everything else in between', async () => {
    const [turns, done]: [LongTurns, string[]] = [new LongTurns(), []];
    const work = ['a', 'b', 'c'].map(async (name) => {
      await turns.take('contoso', LONG);
      done.push(name);
    });
    const seen: number[] = [];
    while (done.length < 3) {
      await setImmediate();
      seen.push(done.length);
    }
    await Promise.all(work);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  it('go to tenants one after the other, however much one of them wants', async () => {
    const [turns, done]: [LongTurns, string[]] = [new LongTurns(), []];
    const work = ['fabrikam', 'fabrikam', 'fabrikam', 'contoso'].map(async (owner) => {
      await turns.take(owner, LONG);
      done.push(owner);
    });
    await Promise.all(work);
    expect(done).toEqual(['fabrikam', 'contoso', 'fabrikam', 'fabrikam']);
  });

  it('begin again after a rest', async () => {
    const turns = new LongTurns();
    await turns.take('contoso', LONG);
    await setImmediate();
    await expect(turns.take('contoso', LONG)).resolves.toBeUndefined();
  });
});
