import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { ROOT } from '../testing/structure/import-graph.js';

const read = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8');
const { limits, keepAlive } = readConfig({});

/** The first group of a pattern, as a number. */
function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`nothing is like ${String(pattern)}`);
  return Number(found);
}

const KIB = 1_024;
const SECONDS = 1_000;

/** What each proxy takes and waits for, in bytes and milliseconds. */
const PROXIES = [
  {
    name: 'nginx.conf',
    errors: /^ +error_log \S+ crit;$/mu,
    body: (text: string) => numberIn(text, /client_max_body_size (\d+)m;/u) * KIB * KIB,
    headers: (text: string) => numberIn(text, /large_client_header_buffers \d+ (\d+)k;/u) * KIB,
    idle: (text: string) => numberIn(text, /keepalive 64;[^}]*keepalive_timeout (\d+)s;/u) * SECONDS,
    answer: (text: string) => numberIn(text, /proxy_read_timeout (\d+)s;/u) * SECONDS,
  },
  {
    name: 'Caddyfile',
    errors: /^\{\n(?:\t#.*\n)?\tlog \{\n\t\tformat filter \{[^}]*request>uri regexp/mu,
    body: (text: string) => numberIn(text, /max_size (\d+)MiB/u) * KIB * KIB,
    headers: (text: string) => numberIn(text, /max_header_size (\d+)KB/u) * 1_024,
    idle: (text: string) => numberIn(text, /\tkeepalive (\d+)s/u) * SECONDS,
    answer: (text: string) => numberIn(text, /response_header_timeout (\d+)s/u) * SECONDS,
  },
  {
    name: 'haproxy.cfg',
    // Its lines about errors have no address.
    errors: /log-format/u,
    body: (text: string) => numberIn(text, /content-length\) gt (\d+) \}/u),
    // A buffer has the headers, and room for what the proxy adds.
    headers: (text: string) => numberIn(text, /tune\.bufsize (\d+)/u) - 16_384,
    idle: (text: string) => numberIn(text, /timeout http-keep-alive (\d+)s/u) * SECONDS,
    answer: (text: string) => numberIn(text, /timeout server (\d+)s/u) * SECONDS,
  },
];

describe.each(PROXIES)('deploy/$name', ({ name, ...limitsOf }) => {
  const text = read(name);

  it('lets through what the server takes', () => {
    expect(limitsOf.body(text)).toBe(Math.max(limits.body, limits.groupBody, limits.bulkBody));
    expect(limitsOf.headers(text)).toBe(65_536);
  });

  it('closes idle connections before the server does, and waits for the longest answer', () => {
    expect(limitsOf.idle(text)).toBeLessThan(keepAlive);
    expect(limitsOf.answer(text)).toBeGreaterThan(60 * SECONDS);
  });

  it('keeps secret tokens in addresses out of its log, and the metrics to itself', () => {
    expect(text).toContain('the query is not logged');
    expect(text).not.toMatch(/\$request_uri|\$request\b|%r\b|%HU\b/u);
    expect(text).toMatch(limitsOf.errors);
    expect(text).toContain('/metrics');
  });
});

describe('deploy/flexwhere-scim.service', () => {
  const text = read('flexwhere-scim.service');
  const variables = Object.fromEntries(
    [...text.matchAll(/^Environment=(\w+)=(.*)$/gmu)].map(([, variable = '', value = '']) => [variable, value]),
  );

  it('sets variables that the server reads, and waits for it longer than it takes to stop', () => {
    const { drain } = readConfig({ ...variables, ADMIN_TOKEN_FILE: undefined });
    expect(drain).toBe(10_000);
    expect(numberIn(text, /^TimeoutStopSec=(\d+)$/mu) * SECONDS).toBeGreaterThan(drain + 5 * SECONDS);
    const known = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
    expect(Object.keys(variables).filter((variable) => variable !== 'NODE_ENV' && !known.includes(variable))).toEqual(
      [],
    );
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)('is one that systemd takes', () => {
    const file = join(ROOT, 'deploy/flexwhere-scim.service');
    const checked = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    const faults = checked.stderr.split('\n').filter((line) => line.includes('flexwhere-scim.service'));
    expect(faults).toEqual([]);
  });
});

describe('deploy/Containerfile', () => {
  const text = read('Containerfile');

  it('runs without root, checks health without the database, and sets variables that the server reads', () => {
    expect(text).toMatch(/^USER node$/mu);
    expect(text).toMatch(/^HEALTHCHECK .*\/healthz/mu);
    const [, given = ''] = /^ENV (.*)$/mu.exec(text) ?? [];
    const variables = Object.fromEntries(given.split(' ').map((one) => one.split('=') as [string, string]));
    expect(readConfig(variables)).toMatchObject({ host: '0.0.0.0', drain: 10_000, validateResponses: 'off' });
  });
});

it('docs/operating.md speaks of each file in deploy', () => {
  const operating = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
  const files = readdirSync(join(ROOT, 'deploy'));
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((name) => !operating.includes(`deploy/${name}`))).toEqual([]);
});

it('docs/security.md says of each package that a server needs what it is for', () => {
  const [, packages = ''] = readFileSync(join(ROOT, 'docs/security.md'), 'utf8').split('\n## Packages\n');
  const [table = ''] = packages.split('\n## ');
  const listed = [...table.matchAll(/^\| (`.*`) \| .+ \|$/gmu)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/gu)].map(([, name]) => name),
  );
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object };
  expect(listed.sort()).toEqual(Object.keys(dependencies).sort());
});
