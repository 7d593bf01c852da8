import { describe, expect, it } from 'vitest';
import { decodeTarget, MOST_PARAMETERS, MOST_PATH } from './request-target.js';

const FIRST = new Map([['users', 'Users']]);
const decode = (url: string) => decodeTarget(url, FIRST);
const refusal = (status: number, scimType?: string): unknown => expect.objectContaining({ status, scimType });
const parameters = (count: number): string => Array.from({ length: count }, () => 'count=1').join('&');

describe('the target of a request', () => {
  it('has a path in the documented spelling and a query', () => {
    const { path, query } = decode('/USERS/a%2Fb/?count=1&count=2');
    expect([path, query.getAll('count')]).toEqual(['/Users/a%2Fb', ['1', '2']]);
  });

  it('takes many parameters, and no more', () => {
    expect(decode(`/Users?${parameters(MOST_PARAMETERS)}`).query.size).toBe(MOST_PARAMETERS);
    expect(() => decode(`/Users?${parameters(MOST_PARAMETERS + 1)}`)).toThrow(refusal(400, 'invalidSyntax'));
  });

  it('takes a long path, and no longer one', () => {
    const rest = 'x'.repeat(MOST_PATH - '/Users/'.length);
    expect(decode(`/Users/${rest}`).path).toBe(`/Users/${rest}`);
    expect(() => decode(`/Users/${rest}x`)).toThrow(refusal(404));
  });

  it('has no parameter whose value is no text', () => {
    const marks = (count: number): string => `/Users?sortBy=a${encodeURIComponent('\u0301'.repeat(count))}`;
    expect(decode(marks(30)).query.get('sortBy')).toHaveLength(31);
    expect(() => decode(marks(31))).toThrow(refusal(400, 'invalidValue'));
  });
});
