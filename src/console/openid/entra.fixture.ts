import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

const CLIENT_ID = randomUUID();
const CLIENT_SECRET = randomBytes(20).toString('hex');

interface Key {
  readonly kid: string;
  readonly secret: CryptoKey;
  readonly published: JWK;
}

type Json = readonly [status: number, body: object];

/** An OpenID provider over real HTTP that answers as Entra does for one tenant, or as a test has it answer. */
export class TestEntra {
  readonly tenantId = randomUUID();
  /** What the next ID tokens say of the person, who is Ada, an operator; what is undefined is left out. */
  claims: JWTPayload = { oid: randomUUID(), name: 'Ada Lovelace', roles: ['operator'] };
  /** How they are signed: by a published key, by one that is not, or not at all. */
  signature: 'published' | 'other' | 'none' = 'published';
  /** What is said in place of one of its answers, by the last word of the path; `hang` says nothing at all. */
  readonly instead = new Map<string, 'hang' | { readonly status: number; readonly body: string }>();
  /** The last words of the paths that were asked for. */
  readonly asked: string[] = [];
  /** Parameters of the latest request that a browser came with. */
  latest = new URLSearchParams();
  readonly #codes = new Map<string, URLSearchParams>();
  readonly #server: Server;
  #key: Key;

  constructor(key: Key) {
    this.#key = key;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    await closed;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.tenantId}/v2.0`;
  }

  /** The server's settings for it. */
  get environment(): Readonly<Record<'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET', string>> {
    return { OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: CLIENT_SECRET };
  }

  /** Signs with a new key from now on, and publishes that one alone. */
  async rotate(): Promise<void> {
    this.#key = await newKey();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.issuer);
    const word = pathname.split('/').at(-1) ?? '';
    this.asked.push(word);
    const instead = this.instead.get(word);
    if (instead === 'hang') return;
    if (instead === undefined && word === 'authorize') {
      response.writeHead(302, { Location: this.#back(searchParams) }).end();
      return;
    }
    const [status, body] = instead === undefined ? await this.#json(word, request) : [instead.status, instead.body];
    const written = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(written);
  }

  /** Where a browser is sent back to, whose person is signed in. */
  #back(asked: URLSearchParams): string {
    this.latest = asked;
    const code = randomUUID();
    this.#codes.set(code, asked);
    const back = new URLSearchParams({ code, state: asked.get('state') ?? '', session_state: 'x' });
    return `${asked.get('redirect_uri') ?? ''}?${back.toString()}`;
  }

  async #json(word: string, request: IncomingMessage): Promise<Json> {
    if (word === 'token') return this.#token(new URLSearchParams(await text(request)));
    if (word === 'keys') return [200, { keys: [this.#key.published] }];
    if (word !== 'openid-configuration') return [404, {}];
    const { issuer } = this;
    const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
    const algorithms = { id_token_signing_alg_values_supported: ['RS256', 'none'] };
    return [200, { issuer, ...endpoints, jwks_uri: `${issuer}/keys`, ...algorithms }];
  }

  /** Takes each code once, from the application alone, and with the verifier of its challenge. */
  async #token(form: URLSearchParams): Promise<Json> {
    if (form.get('client_secret') !== CLIENT_SECRET) return [401, { error: 'invalid_client' }];
    const code = form.get('code') ?? '';
    const asked = this.#codes.get(code);
    this.#codes.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const isAsked =
      asked?.get('code_challenge') === challenge && asked.get('redirect_uri') === form.get('redirect_uri');
    if (!isAsked) return [400, { error: 'invalid_grant', error_description: `AADSTS54005: of ${CLIENT_ID}` }];
    const id_token = await this.#idToken(asked.get('nonce'));
    return [200, { token_type: 'Bearer', access_token: 'not-used', expires_in: 3_600, id_token }];
  }

  async #idToken(nonce: string | null): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { issuer: iss, tenantId: tid } = this;
    const standard = { iss, aud: CLIENT_ID, sub: 'pairwise', tid, nonce, iat: now, exp: now + 3_600 };
    const claims = { ...standard, ...this.claims };
    if (this.signature === 'none') return new UnsecuredJWT(claims).encode();
    const { secret } = this.signature === 'published' ? this.#key : await newKey();
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: this.#key.kid }).sign(secret);
  }
}

async function newKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return { kid, secret: privateKey, published: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** Starts one. */
export async function startTestEntra(): Promise<TestEntra> {
  const entra = new TestEntra(await newKey());
  await entra.start();
  return entra;
}
