import { describe, expect, it } from 'vitest';
import { tenantName, tokenLabel } from './names.js';

describe('the name of a tenant', () => {
  it.each([
    ['Contoso', 'Contoso'],
    ['  Contoso B.V.\n', 'Contoso B.V.'],
    ['Bäckerei Müller 🥨', 'Bäckerei Müller 🥨'],
    ["Robert'); DROP TABLE tenants;--", "Robert'); DROP TABLE tenants;--"],
    ['__proto__', '__proto__'],
    ['🥨'.repeat(200), '🥨'.repeat(200)],
  ])('%j is stored as %j', (text, stored) => {
    expect(tenantName(text)).toBe(stored);
  });

  it.each([
    ['', 'empty'],
    [' \t ', 'empty'],
    ['x'.repeat(201), 'longer than 200'],
    ['a\u0000b', 'control characters'],
    ['a\nb', 'control characters'],
    ['a\u001B[31mb', 'control characters'],
    ['a\u2028b', 'control characters'],
    ['a\uD800b', 'control characters'],
    [`fwscim_${'a'.repeat(49)}`, 'holds a secret token'],
  ])('%j is refused, since it is or has: %s', (text, reason) => {
    expect(() => tenantName(text)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidValue' }));
    expect(() => tenantName(text)).toThrow(reason);
  });
});

describe('the label of a token', () => {
  it('may be empty, and is trimmed', () => {
    expect(tokenLabel('  ')).toBe('');
    expect(tokenLabel(' rotated in June ')).toBe('rotated in June');
  });

  it('never holds a token, nor does the error', () => {
    const token = `fwscim_${'a'.repeat(49)}`;
    expect(() => tokenLabel(token)).toThrow('The label holds a secret token; leave it out.');
  });
});
