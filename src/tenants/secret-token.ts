import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What every secret token begins with, so that scanners for leaked secrets find it. */
export const TOKEN_PREFIX = 'fwscim_';

/** What every admin token begins with. */
export const ADMIN_TOKEN_PREFIX = 'fwadmin_';

type Prefix = typeof TOKEN_PREFIX | typeof ADMIN_TOKEN_PREFIX;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
/** 62^43 is just above 2^256. */
const RANDOM_DIGITS = 43;
const CHECKSUM_DIGITS = 6;

/** Gives that many bytes from a cryptographic source. */
export type RandomBytes = (count: number) => Uint8Array;

/**
 * Makes a secret token: the prefix, 32 random bytes in 43 base62 digits, and the CRC-32 of those digits in 6.
 * @throws RangeError if the source gives another number of bytes than it was asked for.
 */
export function newSecretToken(randomBytes: RandomBytes, prefix: Prefix = TOKEN_PREFIX): string {
  const bytes = randomBytes(RANDOM_BYTES);
  if (bytes.length !== RANDOM_BYTES) throw new RangeError(`a secret token needs ${RANDOM_BYTES} random bytes`);
  const random = base62(BigInt(`0x${Buffer.from(bytes).toString('hex')}`), RANDOM_DIGITS);
  return `${prefix}${random}${checksumOf(random)}`;
}

/** Whether the text has a token's form and checksum; a typing error is refused so, before any lookup. */
export function isWellFormed(text: string, prefix: Prefix = TOKEN_PREFIX): boolean {
  const checksumAt = prefix.length + RANDOM_DIGITS;
  if (text.length !== checksumAt + CHECKSUM_DIGITS || !text.startsWith(prefix)) return false;
  const random = text.slice(prefix.length, checksumAt);
  return /^[\dA-Za-z]+$/u.test(random) && text.slice(checksumAt) === checksumOf(random);
}

/** The SHA-256 of a token in lower-case hexadecimal: all that is stored of it. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/**
 * The 8 characters of a token behind `fwscim_`, which are kept in clear so that a token is recognized that is revoked, expired
 * or mistyped farther on; 35 others keep it secret. Undefined for what does not begin as a token does.
 */
export function tokenPrefix(text: string): string | undefined {
  return /^fwscim_([\dA-Za-z]{8})/u.exec(text)?.[1];
}

const checksumOf = (digits: string): string => base62(BigInt(crc32(digits)), CHECKSUM_DIGITS);

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= 62n) digits = DIGITS.charAt(Number(rest % 62n)) + digits;
  return digits.padStart(length, '0');
}
