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

  it.each(['', 'groupReplaceAdds', '__proto__', 'constructor'])(
    'there is none called %j, and the error names those that are',
    (key) => {
      expect(() => parseSetting(key, 'true')).toThrow(
        'There is no such setting; the settings are: group-replace-adds, unknown-attributes.',
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
