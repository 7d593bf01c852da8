import { calculateJwkThumbprint, importJWK } from 'jose';
import type { TrustedIssuer } from '../../model/oauth/client.js';
import type { JsonObject } from '../../protocol/json.js';
import { invalidValue } from '../../protocol/scim-error.js';

/** What signs assertions: asymmetric algorithms alone, so that nobody signs with what the server publishes or stores. */
export const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Characters of what an issuer is known by. */
const MOST_CHARACTERS = 2_000;

/** The members of a public key (RFC 7518 §6), and what says which key it is. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg'];

/** Bits of an RSA key (RFC 7518 §3.3); longer ones cost more than they are worth. */
const RSA_CHARACTERS = { least: 342, most: 1_366 };

/**
 * A public key as it is stored: its public members, and a `kid`.
 * @throws ScimError 400 `invalidValue` for what is no public key that a signature can be checked with
 */
export async function checkedKey(jwk: JsonObject): Promise<JsonObject> {
  const { kty, d, k, n } = jwk;
  if (d !== undefined || k !== undefined) {
    throw invalidValue(
      'The key is a private one. Make another pair, keep its private key to the client, and send the public key.',
    );
  }
  if (kty === 'RSA' && typeof n === 'string' && (n.length < RSA_CHARACTERS.least || n.length > RSA_CHARACTERS.most)) {
    throw invalidValue('The RSA key must have 2,048 to 8,192 bits.');
  }
  const members = Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => textMember(jwk, name)));
  try {
    const alg = members['alg'] ?? defaultAlgorithm(members);
    if (!ALGORITHMS.includes(alg)) throw new Error('no such algorithm');
    await importJWK(members, alg);
    return { ...members, kid: members['kid'] ?? (await calculateJwkThumbprint(members)) };
  } catch {
    throw invalidValue('"jwk" must be a public key of type RSA, EC or OKP (Ed25519) in the form of RFC 7517.');
  }
}

const textMember = (jwk: JsonObject, name: string): [string, string][] => {
  const value = jwk[name];
  return typeof value === 'string' && value.length <= 2_000 ? [[name, value]] : [];
};

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
};

const defaultAlgorithm = ({ kty, crv = '' }: Readonly<Record<string, string>>): string =>
  kty === 'RSA' ? 'RS256' : (CURVES[crv] ?? '');

/**
 * An issuer as it is stored.
 * @param allowsPrivate whether its keys may be at http
 * @throws ScimError 400 `invalidValue` where the address of its keys is no https address
 */
export function checkedIssuer(
  { issuer, jwksUrl, subject, audience }: TrustedIssuer,
  allowsPrivate: boolean,
): TrustedIssuer {
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : undefined;
  const protocols = allowsPrivate ? ['https:', 'http:'] : ['https:'];
  if (url === undefined || !protocols.includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw invalidValue(
      '"jwksUrl" must be an https address without user and password; the issuer names it as jwks_uri.',
    );
  }
  if ([issuer, subject, audience].some((text) => text === '' || text.length > MOST_CHARACTERS)) {
    throw invalidValue(`"issuer", "subject" and "audience" must have 1 to ${MOST_CHARACTERS} characters each.`);
  }
  return { issuer, jwksUrl, subject, audience };
}
