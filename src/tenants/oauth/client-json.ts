import type { OAuthCredential } from '../../model/oauth/client.js';
import type { TokenScope } from '../../model/token.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ClientWithCredentials } from '../../storage/oauth-store.js';
import type { MadeClient, MadeCredential } from './clients.js';

// Type aliases, since an interface does not count as a JSON object.

/** A credential as the admin API and the command line show it: nothing of a secret. */
export type CredentialJson = {
  credentialId: string;
  kind: 'secret' | 'key' | 'issuer';
  label: string;
  created: string;
  expiresAt: string | null;
  lastUsed: string | null;
  jwk?: JsonObject;
  issuer?: string;
  jwksUrl?: string;
  subject?: string;
  audience?: string;
};

/** A client as the admin API and the command line show it. */
export type ClientJson = {
  clientId: string;
  label: string;
  scopes: TokenScope[];
  created: string;
  lastUsed: string | null;
  credentials: CredentialJson[];
};

/** What is shown once when a client is made; `clientSecret` is null where it has none. */
export type MadeClientJson = ClientJson & { clientSecret: string | null; tokenUrl: string };

/** What is shown once when a credential is made; `clientSecret` is null where it is none. */
export type MadeCredentialJson = CredentialJson & { clientSecret: string | null };

/** A credential as JSON. */
function credentialJson({ id, label, proof, created, expiresAt, lastUsed }: OAuthCredential): CredentialJson {
  const { kind } = proof;
  return {
    credentialId: id,
    kind,
    label,
    created,
    expiresAt: expiresAt ?? null,
    lastUsed: lastUsed ?? null,
    ...(kind === 'key' ? { jwk: proof.jwk } : {}),
    ...(kind === 'issuer'
      ? { issuer: proof.issuer, jwksUrl: proof.jwksUrl, subject: proof.subject, audience: proof.audience }
      : {}),
  };
}

/** A client as JSON. */
export function clientJson({ client, credentials }: ClientWithCredentials): ClientJson {
  const { id, label, scopes, created, lastUsed } = client;
  return {
    clientId: id,
    label,
    scopes: [...scopes],
    created,
    lastUsed: lastUsed ?? null,
    credentials: credentials.map(credentialJson),
  };
}

/** A client just made as JSON, with its secret. */
export const madeClientJson = (made: MadeClient, tokenUrl: string): MadeClientJson => ({
  ...clientJson(made),
  clientSecret: made.secret ?? null,
  tokenUrl,
});

/** A credential just made as JSON, with the secret where it is one. */
export const madeCredentialJson = ({ credential, secret }: MadeCredential): MadeCredentialJson => ({
  ...credentialJson(credential),
  clientSecret: secret ?? null,
});
