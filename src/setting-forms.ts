import { origin, type Environment } from './environment.js';
import { parseRateLimit, type RateLimit } from './model/tenant.js';

/** Reads what an HTTP backend needs. @throws Error that names the variable */
export function required(environment: Environment, name: string): string {
  const text = environment.given(name);
  if (text === undefined) throw new Error(`${name} must be set where SYNC_BACKEND is http`);
  return text;
}

/** Reads the address of a backend. @param name what it was given by; @throws Error that names it */
export function backendUrl(name: string, text: string): string {
  const { search, hash, username, password } = new URL(origin(name, text));
  if ([search, hash, username, password].every((part) => part === '')) return origin(name, text);
  throw new Error(`${name} must have no user, password, query or fragment; requests are signed instead`);
}

/**
 * Reads the address of a webhook, which may have a query. @param name what it was given by
 * @throws Error that names it and does not repeat the address, of which a part may be secret
 */
export function webhookUrl(name: string, text: string): string {
  const { hash, username, password } = new URL(origin(name, text));
  if ([hash, username, password].every((part) => part === '')) return text;
  throw new Error(`${name} must have no user, password or fragment; messages are signed instead`);
}

/** Reads secrets of Standard Webhooks. @param name what they were given by; @throws Error that names it and not the secrets */
export function webhookSecrets(name: string, text: string): string {
  const secrets = text.split(' ').filter((one) => one !== '');
  if (secrets.length > 0 && secrets.every(isWebhookSecret)) return secrets.join(' ');
  throw new Error(
    `${name} must be whsec_ and the Base64 of 24 to 64 random bytes (Standard Webhooks), or several of them ` +
      'separated by spaces',
  );
}

const WEBHOOK_SECRET = /^whsec_([A-Za-z\d+/]{32,88}={0,2})$/u;

function isWebhookSecret(text: string): boolean {
  const coded = WEBHOOK_SECRET.exec(text)?.[1];
  if (coded === undefined) return false;
  const bytes = Buffer.from(coded, 'base64');
  return bytes.toString('base64') === coded && bytes.length >= 24 && bytes.length <= 64;
}

/**
 * The operator's secret. Whoever guesses it has every tenant, so that it must be as long as 16 random bytes in hexadecimal.
 * The error does not repeat it.
 */
export function adminToken(environment: Environment): string | undefined {
  const token = environment.given('ADMIN_TOKEN');
  if (token === undefined || token.length >= SHORTEST_ADMIN_TOKEN) return token;
  throw new Error(
    `ADMIN_TOKEN has ${token.length} characters and must have ${SHORTEST_ADMIN_TOKEN} or more, so that nobody guesses it. ` +
      'Make one with: openssl rand -hex 32',
  );
}

const SHORTEST_ADMIN_TOKEN = 32;

/** Reads a rate and a burst. @throws Error that names the variable and their form */
export function rateLimit(environment: Environment, name: string, fallback: string): RateLimit | 'off' {
  const text = environment.text(name, fallback);
  const limit = parseRateLimit(text);
  if (limit === undefined) throw new Error(`${name} must be RATE/BURST, such as 100/1000, or off; it is "${text}"`);
  return limit;
}
