import { oneOf, origin, type Environment } from './environment.js';
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

/** How people sign in to the console with Entra (OpenID Connect). */
export interface OpenIdConfig {
  /** `https://login.microsoftonline.com/TENANT_ID/v2.0`, in lower case: people of this one tenant sign in, and nobody else. */
  readonly issuer: string;
  /** The tenant's id, which the issuer names. */
  readonly entraTenantId: string;
  /** The application's id. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether nobody signs in with an admin token. */
  readonly only: boolean;
}

/**
 * Reads how people sign in with Entra; undefined where they do not.
 * @param publicUrl where Entra sends people back to, if it was given
 * @throws Error that names what is missing or cannot be used; of the secret, it repeats nothing
 */
export function openIdOf(environment: Environment, publicUrl: string | undefined): OpenIdConfig | undefined {
  const [issuer, clientId, clientSecret] = OPEN_ID.map((name) => environment.given(name));
  const only = oneOf(environment, 'OIDC_ONLY', 'off', ['on', 'off']) === 'on';
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) {
    if (only) throw new Error(`OIDC_ONLY must not be on where ${OPEN_ID.join(', ')} are unset: nobody could sign in`);
    return undefined;
  }
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const [missing, set] = [true, false].map((isMissing) =>
      OPEN_ID.filter((name) => (environment.given(name) === undefined) === isMissing).join(' and '),
    );
    throw new Error(`${set} must not be set without ${missing}; set all three, or none`);
  }
  if (publicUrl === undefined) {
    throw new Error('OIDC_ISSUER needs PUBLIC_URL as well: Entra sends people back to an address below it');
  }
  return { ...tenantIssuer(issuer), clientId, clientSecret: entraSecret(clientSecret), only };
}

/** Entra's own have 40 characters; whoever guesses one that is shorter signs in as anybody. The error does not repeat it. */
function entraSecret(text: string): string {
  if (text.length >= SHORTEST_ADMIN_TOKEN && !/^[\da-f-]{36}$/iu.test(text)) return text;
  throw new Error(
    `OIDC_CLIENT_SECRET must be the Value of a client secret, which has ${SHORTEST_ADMIN_TOKEN} characters or more, and not its Secret ID`,
  );
}

const OPEN_ID = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

/** `common` and `organizations`, which stand for every tenant, are no issuer of one: whoever has any tenant would come in. */
function tenantIssuer(text: string): Pick<OpenIdConfig, 'issuer' | 'entraTenantId'> {
  const issuer = origin('OIDC_ISSUER', text).toLowerCase();
  const [, scheme, host = '', entraTenantId] = ISSUER.exec(issuer) ?? [];
  // Unencrypted, whoever is on the way could say who signs in; within one machine, as in tests, there is no way.
  const isSafe = scheme === 'https' || /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/u.test(host);
  if (entraTenantId !== undefined && isSafe) return { issuer, entraTenantId };
  throw new Error(
    'OIDC_ISSUER must be https://login.microsoftonline.com/TENANT_ID/v2.0 with the Directory (tenant) ID of your Entra tenant; ' +
      'common and organizations would let in people of every tenant',
  );
}

const ISSUER = /^(https?):\/\/([^/@?#]+)\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/v2\.0$/u;
