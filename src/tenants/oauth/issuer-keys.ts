import { lookup as resolve } from 'node:dns';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { isJsonArray, isJsonObject } from '../../protocol/json.js';
import { isPrivate } from '../private-address.js';

/** Milliseconds that an issuer may take to answer. */
const TIMEOUT = 5_000;

/** Bytes of the keys of an issuer. */
const MOST_BYTES = 262_144;

/** Milliseconds for which keys are used without being fetched again. */
const FRESH = 600_000;

/** Milliseconds after which keys are fetched again where none fits; an issuer that rotates its keys is heard soon. */
const RETRY = 30_000;

/** Milliseconds after which keys are no longer used while newer ones cannot be had. */
const KEPT = 3_600_000;

/** Issuers whose keys are remembered; the one that was remembered first is forgotten first. */
const MOST_ISSUERS = 200;

/** Finds the key that an assertion names, among those that its issuer publishes. */
type KeysOf = (jwksUrl: string) => Promise<ReturnType<typeof createLocalJWKSet>>;

/** The keys of issuers, fetched and remembered. */
export interface IssuerKeys {
  /** The keys of an issuer. @throws Error that says why they cannot be had */
  readonly of: KeysOf;
  /** The same after none fitted: fetched again, unless that was done lately. */
  readonly again: KeysOf;
}

interface Remembered {
  /** When it was asked for, and when the keys that it has were fetched, in milliseconds. */
  readonly at: number;
  readonly fetched: () => number;
  readonly keys: Promise<ReturnType<typeof createLocalJWKSet>>;
}

/**
 * Makes the keys of issuers.
 * @param allowsPrivate whether an issuer may be at http, and at an address that is not on the internet
 * @param now milliseconds
 */
export function createIssuerKeys(allowsPrivate: boolean, now: () => number = Date.now): IssuerKeys {
  const remembered = new Map<string, Remembered>();

  async function load(url: string): Promise<ReturnType<typeof createLocalJWKSet>> {
    return createLocalJWKSet(keySetIn(await fetchText(url, allowsPrivate)));
  }

  function get(url: string, longest: number): Promise<ReturnType<typeof createLocalJWKSet>> {
    const known = remembered.get(url);
    if (known !== undefined && now() - known.at < longest) return known.keys;
    let fetched = now();
    const keys = load(url).catch((error: unknown) => {
      // Whoever sends an assertion with the name of another key makes us ask: that must not cost the keys that are good.
      if (known === undefined || now() - known.fetched() > KEPT) throw error;
      fetched = known.fetched();
      return known.keys;
    });
    remembered.delete(url);
    remembered.set(url, { at: now(), fetched: () => fetched, keys });
    const [oldest = ''] = remembered.keys();
    if (remembered.size > MOST_ISSUERS) remembered.delete(oldest);
    return keys;
  }

  /** What could not be had is asked for again after a while, not at each request. */
  async function of(url: string): Promise<ReturnType<typeof createLocalJWKSet>> {
    return get(url, FRESH).catch(() => get(url, RETRY));
  }

  return { of, again: (url) => get(url, RETRY) };
}

function keySetIn(text: string): JSONWebKeySet {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value) || !isJsonArray(value['keys'])) throw new Error('the answer is no JSON Web Key Set');
  return { keys: value['keys'].filter(isJsonObject) };
}

/** No redirect is followed: `get` of Node never does. */
function fetchText(address: string, allowsPrivate: boolean): Promise<string> {
  const url = new URL(address);
  return new Promise((done, fail) => {
    if (!allowsPrivate && isIP(bare(url.hostname)) !== 0 && isPrivate(bare(url.hostname))) throw privateAddress(url);
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const options = {
      lookup: publicLookup(allowsPrivate),
      signal: AbortSignal.timeout(TIMEOUT),
      agent: false,
    } as const;
    get(url, options, (response) => {
      readText(response).then(done, fail);
    }).on('error', fail);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const { statusCode = 0 } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw new Error(`the issuer answered ${statusCode}`);
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error('the keys of the issuer are too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/gu, '');

const privateAddress = ({ hostname }: URL | { hostname: string }): Error =>
  new Error(`${hostname} is not on the internet`);

/** Looks a name up as the connection is made, so that no other answer comes between the look and the use. */
function publicLookup(allowsPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      const addresses = typeof address === 'string' ? [address] : address.map((one) => one.address);
      const refused = error === null && !allowsPrivate && addresses.some(isPrivate);
      callback(refused ? privateAddress({ hostname }) : error, address, family);
    });
  };
}
