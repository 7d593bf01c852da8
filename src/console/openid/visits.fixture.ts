import { expect, vi } from 'vitest';
import type { Answer, TestServer } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';

let visitors = 0;

/** Somebody at an address of their own, for a server that trusts its proxy: attempts that fail are counted by it. */
export function fromElsewhere(server: TestServer): Visitor {
  visitors += 1;
  return new Visitor(server, { 'X-Forwarded-For': `198.51.100.${visitors}` });
}

/** Moves the clock of the server, and of Entra, while requests and their timeouts go on. */
export function later(milliseconds: number): void {
  const now = Date.now() + milliseconds;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
}

/** The time as tokens have it. */
export const seconds = (): number => Math.floor(Date.now() / 1_000);

/** Follows the link of the sign-in page to Entra. @returns the path by which Entra sends the browser back */
export async function goToEntra(visitor: Visitor, query = ''): Promise<string> {
  const { status, headers } = await visitor.get(`/admin/sign-in/start${query}`);
  expect(status).toBe(303);
  const back = await fetch(headers.location ?? '', { redirect: 'manual' });
  const { pathname, search } = new URL(back.headers.get('location') ?? '');
  return pathname + search;
}

/** Signs in with Entra, where nothing is asked. */
export const signIn = async (visitor: Visitor, query = ''): Promise<Answer> =>
  visitor.get(await goToEntra(visitor, query));
