import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { CredentialProof, OAuthCredential } from '../../model/oauth/client.js';
import { invalidClient } from './oauth-error.js';
import type { IssuerKeys } from './issuer-keys.js';
import { ALGORITHMS } from './registration.js';

/** Characters of an assertion. */
const MOST_ASSERTION = 16_384;

/** Seconds that clocks may differ. */
const TOLERANCE = 60;

/** Seconds for which an assertion of a client's own may still be valid, so that few have to be remembered. */
const LONGEST_OWN = 600;

/** Seconds for which the token of an issuer may still be valid. */
const LONGEST_ISSUED = 86_400;

/** What an assertion has proven. */
export interface Proven {
  readonly credential: OAuthCredential;
  /** What it is remembered by, so that it is not taken twice; the token of an issuer may be, as its caches hand it out again. */
  readonly assertion?: { readonly hash: string; readonly expiresAt: string };
}

/** The claims of an assertion that nothing has proven yet; undefined where it is none. */
export function claimsOf(assertion: string): JWTPayload | undefined {
  if (assertion.length > MOST_ASSERTION) return undefined;
  try {
    return decodeJwt(assertion);
  } catch {
    return undefined;
  }
}

/** What checking an assertion needs. */
interface Checking {
  readonly clientId: string;
  readonly credentials: readonly OAuthCredential[];
  /** What the claim `aud` of a client's own assertion may name: the token endpoint or the server (RFC 7523 §3). */
  readonly audiences: readonly string[];
  readonly keys: IssuerKeys;
  readonly now: Date;
}

/**
 * Checks an assertion against the keys and issuers that the operator has registered for the client (RFC 7523 §3).
 * @throws OAuthError `invalid_client` that says which claim does not fit
 */
export async function checkAssertion(assertion: string, checking: Checking): Promise<Proven> {
  const claims = claimsOf(assertion);
  if (claims === undefined) throw invalidClient('The client_assertion is no JSON Web Token that this server reads.');
  return claims.iss === checking.clientId ? checkOwn(assertion, checking) : checkIssued(assertion, claims, checking);
}

type ProofOf<Kind extends CredentialProof['kind']> = Extract<CredentialProof, { readonly kind: Kind }>;

const ofKind = <Kind extends CredentialProof['kind']>(credentials: readonly OAuthCredential[], kind: Kind) =>
  credentials.filter((one): one is OAuthCredential & { readonly proof: ProofOf<Kind> } => one.proof.kind === kind);

/** An assertion that the client has signed itself, with a key of which the operator has the public half. */
async function checkOwn(assertion: string, { clientId, credentials, audiences, now }: Checking): Promise<Proven> {
  const registered = ofKind(credentials, 'key');
  if (registered.length === 0) throw invalidClient('No key is registered for this client.');
  for (const credential of registered) {
    const keys = createLocalJWKSet({ keys: [credential.proof.jwk] });
    const expected = { issuer: clientId, subject: clientId, audience: [...audiences] };
    const claims = await verified(assertion, keys, { ...expected, ...common(now) }).catch(orAnotherKey);
    if (claims !== undefined) return { credential, assertion: once(claims, now) };
  }
  throw invalidClient('The signature of the client_assertion is of no key that is registered for this client.');
}

/** Whether to try the next key: this one is not the one that has signed. */
function orAnotherKey(error: unknown): undefined {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    return undefined;
  throw error;
}

/** @throws OAuthError for an assertion that cannot be told from others, or is valid for too long to be remembered */
function once({ jti, exp = 0 }: JWTPayload, now: Date): { readonly hash: string; readonly expiresAt: string } {
  if (jti === undefined || jti === '') throw invalidClient('The client_assertion needs a jti of its own.');
  if (exp > now.getTime() / 1000 + LONGEST_OWN)
    throw invalidClient('The client_assertion must expire within 10 minutes.');
  const hash = createHash('sha256').update(jti, 'utf8').digest('hex');
  return { hash, expiresAt: new Date((exp + TOLERANCE) * 1000).toISOString() };
}

/** A token of an identity provider that the operator trusts for this client. */
async function checkIssued(
  assertion: string,
  { iss, sub }: JWTPayload,
  { credentials, keys, now }: Checking,
): Promise<Proven> {
  const credential = ofKind(credentials, 'issuer').find(({ proof }) => proof.issuer === iss && proof.subject === sub);
  if (credential === undefined) {
    throw invalidClient('The issuer and the subject of the client_assertion are not registered for this client.');
  }
  const { issuer, subject, audience, jwksUrl } = credential.proof;
  const options = { issuer, subject, audience, ...common(now) };
  const claims = await verified(assertion, await available(keys.of(jwksUrl)), options)
    .catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return verified(assertion, await available(keys.again(jwksUrl)), options);
    })
    .catch(orAnotherKey);
  if (claims === undefined)
    throw invalidClient('The signature of the client_assertion is of no key that its issuer publishes.');
  if ((claims.exp ?? 0) > now.getTime() / 1000 + LONGEST_ISSUED)
    throw invalidClient('The client_assertion must expire within a day.');
  return { credential };
}

/** What cannot be fetched is told without an address, which is the operator's. */
async function available<Keys>(keys: Promise<Keys>): Promise<Keys> {
  try {
    return await keys;
  } catch (error) {
    throw invalidClient(
      `The keys of the issuer cannot be had: ${error instanceof Error ? error.message : 'no answer'}.`,
    );
  }
}

const common = (now: Date) => ({
  algorithms: [...ALGORITHMS],
  clockTolerance: TOLERANCE,
  currentDate: now,
  requiredClaims: ['exp', 'iss', 'sub', 'aud'],
});

/** @throws OAuthError for claims that do not fit; errors of jose where another key may fit */
async function verified(
  assertion: string,
  keys: ReturnType<typeof createLocalJWKSet>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(assertion, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
      throw error;
    if (error instanceof errors.JWTExpired) throw invalidClient('The client_assertion has expired.');
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw invalidClient(`The claim ${error.claim} of the client_assertion does not fit.`);
    }
    throw invalidClient('The client_assertion is not signed as it must be.');
  }
}
