import { describe, expect, it } from 'vitest';
import { parseSetting } from './settings.js';

describe('a setting of a tenant', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('group-replace-adds takes %s', (text, groupReplaceAdds) => {
    expect(parseSetting('group-replace-adds', text)).toEqual({ groupReplaceAdds });
  });

  it.each(['', 'TRUE', 'yes', '1', ' true'])('group-replace-adds refuses %j and says what it takes', (text) => {
    expect(() => parseSetting('group-replace-adds', text)).toThrow(
      'The setting group-replace-adds takes true or false.',
    );
  });

  it.each(['100/1000', '1/1', 'off', 'default'])('rate-limit takes %s', (rateLimit) => {
    expect(parseSetting('rate-limit', rateLimit)).toEqual({ rateLimit });
  });

  it.each(['', '100', '0/10', '10/0', '1.5/10', '-1/1', '1/1/1', ' 1/1', 'OFF', '1000000/1'])(
    'rate-limit refuses %j and says what it takes',
    (text) => {
      expect(() => parseSetting('rate-limit', text)).toThrow(
        'The setting rate-limit takes RATE/BURST such as 100/1000, off or default.',
      );
    },
  );

  it.each(['', 'groupReplaceAdds', '__proto__', 'constructor'])(
    'there is none called %j, and the error names those that are',
    (key) => {
      expect(() => parseSetting(key, 'true')).toThrow(
        'There is no such setting; the settings are: group-replace-adds, unknown-attributes, rate-limit, external-reference.',
      );
    },
  );
});

it.each(['ignore', 'refuse'])('unknown-attributes takes %s', (unknownAttributes) => {
  expect(parseSetting('unknown-attributes', unknownAttributes)).toEqual({ unknownAttributes });
});

it.each(['', 'Refuse', 'true'])('unknown-attributes refuses %j and says what it takes', (text) => {
  expect(() => parseSetting('unknown-attributes', text)).toThrow(
    'The setting unknown-attributes takes ignore or refuse.',
  );
});
