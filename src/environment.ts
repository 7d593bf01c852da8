import { readFileSync } from 'node:fs';

/** Environment variables; one that is empty counts as unset. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A setting as it is in effect. */
export interface Setting {
  readonly name: string;
  /** Secrets and passwords are masked; null where there is none. */
  readonly value: string | null;
  /** `file` is one that a variable names, such as ADMIN_TOKEN_FILE. */
  readonly source: 'default' | 'environment' | 'file';
}

/** Secrets that a file may have, as container platforms and systemd's credentials hand them over: `NAME_FILE` names it. */
const IN_FILES = [
  ...['ADMIN_TOKEN', 'DATABASE_URL', 'OIDC_CLIENT_SECRET', 'SYNC_BACKEND_SECRET'],
  ...['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'],
];

const SECRET = ['ADMIN_TOKEN', 'OIDC_CLIENT_SECRET', 'SYNC_BACKEND_SECRET', 'ALERT_WEBHOOK_SECRET'];
const MASK = '********';

/** Reads environment variables, and remembers which ones and where their values come from. */
export class Environment {
  readonly #variables: Variables;
  readonly #read = new Map<string, Setting>();

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** The value of a variable, or of the file that is named in its place. @throws Error that names the variable */
  given(name: string): string | undefined {
    return this.#find(name);
  }

  /** The same with a default. */
  text(name: string, fallback: string): string {
    return this.#find(name, fallback) ?? fallback;
  }

  /** What was read so far, in its order. */
  settings(): readonly Setting[] {
    return [...this.#read.values()];
  }

  #find(name: string, fallback?: string): string | undefined {
    const plain = this.#variables[name] ?? '';
    const file = IN_FILES.includes(name) ? (this.#variables[`${name}_FILE`] ?? '') : '';
    if (plain !== '' && file !== '')
      throw new Error(`${name}_FILE must not be set where ${name} is; unset one of them`);
    const value = file === '' ? plain : readSecret(name, file);
    const source = file === '' ? (plain === '' ? 'default' : 'environment') : 'file';
    const known = this.#read.get(name);
    if (known === undefined || (known.value === null && fallback !== undefined))
      this.#read.set(name, { name, value: masked(name, value === '' ? fallback : value), source });
    return value === '' ? undefined : value;
  }
}

function readSecret(name: string, file: string): string {
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value !== '') return value;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Error(`${name}_FILE must name a file that can be read: ${code}`);
  }
  throw new Error(`${name}_FILE must name a file that is not empty`);
}

function masked(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (SECRET.includes(name)) return MASK;
  if (name === 'ALERT_WEBHOOK_URL') return maskedPath(value);
  return name === 'DATABASE_URL' ? maskedUrl(value) : value;
}

/** The address of a webhook without what is behind its host: many receivers know their callers by a secret in the path or query. */
function maskedPath(url: string): string {
  if (!URL.canParse(url)) return MASK;
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname === '/' && search === '' ? '' : `/${MASK}`}`;
}

/**
 * The URL of a database without its password, which may stand in the query as well. Where the password has characters that should
 * be percent-encoded, nobody can tell where it ends: rather too much is masked than too little.
 */
function maskedUrl(url: string): string {
  if (url.startsWith('sqlite:')) return url;
  if (!/^[a-z]+:\/\//iu.test(url) || !URL.canParse(url)) return MASK;
  return url.replace(/(:\/\/[^/?#:@]*:).*@/u, `$1${MASK}@`).replace(/([?&](?:ssl)?password=)[^&]*/giu, `$1${MASK}`);
}

/** Reads a whole number. @throws Error that names the variable and what it may be */
export function wholeNumber(
  environment: Environment,
  name: string,
  fallback: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const text = environment.text(name, String(fallback));
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new Error(`${name} must be a whole number ${range}; it is "${text}"`);
  }
  return value;
}

/** Reads one of a few words. @throws Error that names the variable and the words */
export function oneOf<T extends string>(environment: Environment, name: string, fallback: T, allowed: readonly T[]): T {
  const text = environment.text(name, fallback);
  const value = allowed.find((one) => one === text);
  if (value === undefined) throw new Error(`${name} must be one of ${allowed.join(', ')}; it is "${text}"`);
  return value;
}

/** Reads an address without the slashes behind it. @throws Error that names the variable and does not repeat the address */
export function origin(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/u.test(new URL(text).protocol)) {
    // The error does not repeat the text, which may contain a password.
    throw new Error(`${name} must be an http or https address such as https://scim.example.com`);
  }
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
