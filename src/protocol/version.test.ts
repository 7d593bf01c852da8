import { describe, expect, it } from 'vitest';
import { ifMatch, ifNoneMatch, parseTags, weakTag } from './version.js';

it('RFC 7644 §3.14: a tag is weak, and has the derived parts behind the version', () => {
  expect(weakTag(3)).toBe('W/"3"');
  expect(weakTag(3, 'k2')).toBe('W/"3.k2"');
});

describe('RFC 9110 §8.8.3: entity tags', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    ['W/"1"', ['1']],
    ['"1"', ['1']],
    ['W/"1", "2" ,W/"3.x"', ['1', '2', '3.x']],
    [',, W/"1",', ['1']],
    ['""', ['']],
    ['"a,b"', ['a,b']],
    ['', []],
    ['1', []],
    ['w/"1"', []],
    ['W/"1', []],
    ['W/"1"x', []],
    ['W/"1" W/"2"', []],
    ['W/"1", 2, W/"3"', ['1']],
    ['*, W/"1"', []],
  ])('reads %s', (header, tags) => {
    expect(parseTags(header)).toEqual(tags);
  });

  it('takes time in proportion to the header', () => {
    const start = process.cpuUsage().user;
    parseTags(' ,\t'.repeat(20_000));
    parseTags('W/"1",'.repeat(10_000));
    expect(process.cpuUsage().user - start).toBeLessThan(1_000_000);
  });
});

describe('RFC 9110 §13.1.1: If-Match', () => {
  it.each([
    ['W/"3"', true],
    ['"3"', true],
    ['W/"3.k2"', true],
    ['W/"2", W/"3"', true],
    ['*', true],
    ['W/"2"', false],
    ['W/"33"', false],
    ['W/"03"', false],
    ['W/"3', false],
    ['3', false],
    ['', false],
  ])('%s lets a request through to version 3: %s', (header, through) => {
    expect(ifMatch(header, 3)).toBe(through);
  });
});

describe('RFC 9110 §13.1.2: If-None-Match', () => {
  it.each([
    ['W/"3.k2"', false],
    ['"3.k2"', false],
    ['W/"1", W/"3.k2"', false],
    ['*', false],
    ['W/"3"', true],
    ['W/"3.k3"', true],
    ['3.k2', true],
    ['', true],
  ])('%s lets a request through to W/"3.k2": %s', (header, through) => {
    expect(ifNoneMatch(header, 'W/"3.k2"')).toBe(through);
  });
});
