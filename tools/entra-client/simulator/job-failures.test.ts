import { describe, expect, it } from 'vitest';
import { ADA, ENTERPRISE, PROBE } from './job.fixture.js';
import { answer, forgetfulServer, lines, listOf, playedJob } from './played-job.fixture.js';

describe('what fails', () => {
  const REFUSALS: readonly [string, Parameters<typeof forgetfulServer>[0], string][] = [
    ['a create that is answered 409', ({ method }) => (method === 'POST' ? answer(409) : undefined), 'EntryConflict'],
    [
      'two matches',
      ({ purpose }) => (purpose === 'find user' ? listOf({ id: '1' }, { id: '2' }) : undefined),
      'DuplicateTargetEntries',
    ],
    [
      'a manager that is no object',
      ({ purpose }) => (purpose === 'find user' ? listOf({ id: '1', [ENTERPRISE]: { manager: '2' } }) : undefined),
      'UnreadableResource',
    ],
    ['an error of the server', ({ method }) => (method === 'POST' ? answer(500) : undefined), 'ServerError'],
    ['a refusal', ({ method }) => (method === 'POST' ? answer(400) : undefined), 'Refused'],
    ['429 again and again', ({ method }) => (method === 'POST' ? answer(429) : undefined), 'TooManyRequests'],
  ];

  it.each(REFUSALS)('is noted for a retry: %s', async (_what, interruption, code) => {
    const { job, directory } = playedJob({}, forgetfulServer(interruption));
    directory.addUser('ada', ADA);
    await job.cycle();
    expect(job.failures.map(({ key, failure }) => [key, failure.code])).toEqual([['ada', code]]);
  });

  it('is members that come although they are excluded', async () => {
    const group = { id: '1', displayName: 'Floor wardens', members: [{ value: '2' }] };
    const server = forgetfulServer(({ purpose }) => (purpose === 'find group' ? listOf(group) : undefined));
    const { job, directory } = playedJob({}, server);
    directory.addGroup('team', 'Floor wardens');
    await job.cycle();
    expect(job.failures.map(({ failure }) => failure.code)).toEqual(['MultipleEntriesInResponse']);
  });

  it('waits as long as a 429 says, and is sent once more', async () => {
    let refused = 0;
    const busy = answer(429, undefined, { 'retry-after': '7' });
    const server = forgetfulServer(({ method }) => (method === 'POST' && (refused += 1) === 1 ? busy : undefined));
    const { job, directory, clock } = playedJob({}, server);
    directory.addUser('ada', ADA);
    await job.cycle();
    expect([job.failures, clock.now()]).toEqual([[], 7_000]);
  });

  it('is tried in the next cycle, then at growing intervals', async () => {
    const { job, directory, clock, sent } = playedJob(
      {},
      forgetfulServer(({ method }) => (method === 'POST' ? answer(500) : undefined)),
    );
    directory.addUser('ada', ADA);
    const tried: number[] = [];
    for (let cycle = 0; cycle < 20; cycle += 1) {
      await job.cycle();
      if (sent().some(({ purpose }) => purpose === 'create user')) tried.push(cycle);
      clock.skip(job.untilNextCycle ?? 0);
    }
    expect(tried).toEqual([0, 1, 3, 7, 15]);
  });
});

describe('quarantine', () => {
  it.each([401, 403, 404])('begins at once when the probe is answered %d', async (status) => {
    const { job, sent } = playedJob({}, () => Promise.resolve(answer(status)));
    const { stopped } = await job.cycle();
    expect(stopped?.status).toBe(status);
    expect(job.quarantine).toBeDefined();
    expect(lines(sent())).toEqual([PROBE]);
  });

  it('does not begin when a single cycle finds nobody there, which the next one repeats', async () => {
    let there = false;
    const { job, directory } = playedJob(
      {},
      forgetfulServer(() => (there ? undefined : answer(503))),
    );
    directory.addUser('ada', ADA);
    await job.cycle();
    expect([job.quarantine, job.isUnfinished]).toEqual([undefined, true]);
    there = true;
    await job.cycle();
    expect([job.links.ownId('ada'), job.isUnfinished]).toEqual(['id-1', false]);
  });

  it('begins with too many failures, slows the cycles down, and ends with a good cycle or a restart', async () => {
    let broken = true;
    const thresholds = { failures: 2, share: 0.4, absolute: 10, withReferences: 10 };
    const server = forgetfulServer(({ method }) => (broken && method === 'POST' ? answer(500) : undefined));
    const { job, directory, clock } = playedJob({ thresholds }, server);
    for (const name of ['ada', 'bo']) directory.addUser(name, { userPrincipalName: name });
    await job.cycle();
    expect(job.untilNextCycle).toBe(6 * 3_600_000);
    broken = false;
    clock.skip(job.untilNextCycle ?? 0);
    await job.cycle();
    expect([job.quarantine, job.untilNextCycle]).toEqual([undefined, 40 * 60_000]);
  });
});
