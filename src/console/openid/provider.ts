import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
  type IDToken,
} from 'openid-client';
import type { Person } from '../../model/access/person.js';
import { ROLES, type Role } from '../../model/access/role.js';
import type { Attempt } from './attempt.js';
import { boundedFetch } from './bounded-fetch.js';
import { SignInRefused, refusalOf, unchecked } from './refusal.js';

/** Seconds that Entra may take for one answer. */
const TIMEOUT = 5;

/** Milliseconds for which what Entra says of itself is used without being asked again. */
const FRESH = 3_600_000;

/** And after which it is asked again where it did not answer then. */
const RETRY = 60_000;

/** Sign-ins that Entra is being asked about at a time. */
const MOST_EXCHANGES = 20;

const LONGEST_NAME = 100;

/** The application in Entra by which people sign in. */
export interface OpenIdSettings {
  readonly issuer: string;
  readonly entraTenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where Entra sends people back to. */
  readonly redirectUri: string;
}

/** A person whom Entra has signed in. */
export interface Vouched {
  readonly person: Person;
  /** The highest that Entra has assigned; undefined where it has assigned none. */
  readonly role: Role | undefined;
  /** When Entra asked the person who they are; undefined where it does not say. */
  readonly authenticated: string | undefined;
}

/** Entra, as those who sign in meet it. */
export interface OpenIdProvider {
  /**
   * Where to send a browser for an attempt.
   * @param again whether the person has to prove who they are, although Entra knows
   * @throws SignInRefused where Entra does not answer
   */
  begin(again: boolean): Promise<{ readonly address: URL; readonly attempt: Omit<Attempt, 'next'> }>;
  /**
   * Who has come back from there.
   * @param query what Entra sent the browser back with
   * @throws SignInRefused that says why nobody is signed in
   */
  finish(query: URLSearchParams, attempt: Attempt): Promise<Vouched>;
}

/**
 * Makes the provider; it is asked nothing before somebody signs in.
 * @param timeout seconds that Entra may take for one answer
 */
export function createOpenIdProvider(settings: OpenIdSettings, now: () => Date, timeout = TIMEOUT): OpenIdProvider {
  const { host } = new URL(settings.issuer);
  const configuration = remembered(() => discover(settings, timeout), now);
  const translated = <Result>(work: () => Promise<Result>): Promise<Result> =>
    work().catch((error: unknown) => {
      throw refusalOf(error, host);
    });
  let underWay = 0;
  return {
    begin: (again) => translated(async () => beginning(await configuration(), settings, again)),
    finish: async (query, attempt) => {
      if (underWay >= MOST_EXCHANGES) throw new SignInRefused(503, 'Too many people sign in right now. Sign in again.');
      underWay += 1;
      try {
        return await translated(async () => {
          const claims = await exchange(await configuration(), settings.redirectUri, query, attempt);
          return vouchedIn(claims, settings, now());
        });
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** What Entra says of itself, asked for once at a time. While it does not answer, what it said before stays in use. */
function remembered(load: () => Promise<Configuration>, now: () => Date): () => Promise<Configuration> {
  let known: { readonly at: number; readonly configuration: Promise<Configuration> } | undefined;
  return () => {
    if (known !== undefined && now().getTime() - known.at < FRESH) return known.configuration;
    const before = known;
    const loading = load().catch((error: unknown) => {
      known = before && { ...before, at: now().getTime() - FRESH + RETRY };
      if (before === undefined) throw error;
      return before.configuration;
    });
    known = { at: now().getTime(), configuration: loading };
    return loading;
  };
}

/** @throws Error of the library, SignInRefused for another issuer than the one that is set */
async function discover({ issuer, clientId, clientSecret }: OpenIdSettings, timeout: number): Promise<Configuration> {
  // The signature is checked although the answer comes from Entra itself: then no proxy on the way can say who signs in.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; setting-forms.ts lets it be for this machine alone.
  const execute = [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])];
  const options = { execute, timeout, [customFetch]: boundedFetch };
  const configuration = await discovery(new URL(issuer), clientId, clientSecret, undefined, options);
  // For the addresses that stand for every tenant, the library takes any of Entra's issuers.
  if (configuration.serverMetadata().issuer !== issuer) throw unchecked('issuer');
  return configuration;
}

async function beginning(
  configuration: Configuration,
  { issuer, redirectUri }: OpenIdSettings,
  again: boolean,
): ReturnType<OpenIdProvider['begin']> {
  const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), again };
  const address = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
    // A browser can leave these out; `auth_time` in the answer shows whether Entra was asked for them.
    ...(again ? { prompt: 'login', max_age: '0' } : {}),
  });
  if (address.protocol !== new URL(issuer).protocol) throw unchecked('authorization_endpoint');
  return { address, attempt };
}

async function exchange(
  configuration: Configuration,
  redirectUri: string,
  query: URLSearchParams,
  { state, nonce, verifier }: Attempt,
): Promise<IDToken> {
  const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query.toString()}`), {
    ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
  });
  const claims = tokens.claims();
  if (claims === undefined) throw unchecked('id_token');
  return claims;
}

/** @throws SignInRefused where the claims do not say who it is, or name another tenant */
function vouchedIn({ tid, oid, roles, ...claims }: IDToken, { entraTenantId }: OpenIdSettings, now: Date): Vouched {
  if (typeof tid !== 'string' || typeof oid !== 'string' || !GUID.test(oid)) {
    throw new SignInRefused(
      403,
      'Entra did not say who you are: the ids of the tenant (tid) and the person (oid) are not in its answer. Tell an operator.',
      true,
    );
  }
  if (tid.toLowerCase() !== entraTenantId) throw unchecked('tid');
  const held: readonly unknown[] = Array.isArray(roles) ? roles : [];
  const at = claims.auth_time === undefined ? undefined : Math.min(claims.auth_time * 1_000, now.getTime());
  return {
    person: {
      name: nameIn([claims['name'], claims['preferred_username']]),
      entraTenantId,
      objectId: oid.toLowerCase(),
    },
    role: ROLES.findLast((role) => held.includes(role)),
    authenticated: at === undefined ? undefined : new Date(at).toISOString(),
  };
}

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** What the person is called, without characters that change how the rest of a line reads. */
function nameIn(names: readonly unknown[]): string {
  const plain = names.flatMap((name) =>
    typeof name === 'string' ? [name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()] : [],
  );
  const [name = 'Somebody'] = plain.filter((one) => one !== '');
  return Array.from(name).slice(0, LONGEST_NAME).join('').trim();
}
