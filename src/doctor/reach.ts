import { lookup as lookUp } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { isPrivate } from '../tenants/private-address.js';
import { finding, type Finding } from './finding.js';

/** How names are resolved and certificates trusted; tests have their own. */
export interface Reaching {
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

/** Whether a host name means this machine, such as localhost; whoever enters it knows that Entra cannot reach it. */
const isThisMachine = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/u.test(host);

/** Cause 1: a name that is unknown on the internet, or leads into a private network (RFC 1918, 4193, 6598). */
export async function checkAddress(
  { hostname }: URL,
  timeoutMs: number,
  reaching: Reaching,
): Promise<Finding | undefined> {
  if (isThisMachine(hostname)) return undefined;
  const host = hostname.replace(/^\[|\]$/gu, '');
  const find = reaching.lookup ?? resolve;
  const addresses = isIP(host) > 0 ? [host] : await inTime(find(host), timeoutMs).catch(() => []);
  if (addresses.length > 0 && !addresses.some(isPrivate)) return undefined;
  return finding('address', `${host} is not on the public internet; Entra cannot reach it.`);
}

const resolve = async (host: string): Promise<readonly string[]> =>
  (await lookUp(host, { all: true })).map(({ address }) => address);

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('timeout'));
    }, milliseconds);
  });
  return Promise.race([work, limit]).finally(() => {
    clearTimeout(timer);
  });
}

/** What is wrong with a certificate, by OpenSSL's name for it. */
const CERTIFICATES: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate is self-signed; Entra trusts those of public authorities alone.'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'The certificate is of an authority of your own; Entra trusts those of public authorities alone.',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'The certificate lacks its intermediate; browsers forgive that, Entra does not. Send the whole chain.',
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'The certificate lacks its intermediate; browsers forgive that, Entra does not. Send the whole chain.',
  ],
  ['CERT_HAS_EXPIRED', 'The certificate has expired; renew it.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate is for another name than that of the Tenant URL.'],
]);

/**
 * Cause 2: a certificate that Entra does not trust, or a protocol that it does not speak. The token is not sent before this is
 * known to be in order.
 */
export async function checkEncryption(url: URL, timeoutMs: number): Promise<Finding | undefined> {
  const { protocol, hostname, port } = url;
  if (protocol === 'http:') {
    const isOpen = !isThisMachine(hostname);
    return isOpen
      ? finding('certificate', 'The Tenant URL begins with http; Entra takes https alone. Nothing was sent.')
      : undefined;
  }
  const code = await handshake(hostname.replace(/^\[|\]$/gu, ''), port === '' ? 443 : Number(port), timeoutMs);
  if (code === undefined) return undefined;
  const sentence = CERTIFICATES.get(code);
  if (sentence !== undefined) return finding('certificate', sentence);
  return /SSL|TLS|EPROTO|CERT/u.test(code)
    ? finding('certificate', `The server does not speak TLS 1.2 or later, which Entra demands (${code}).`)
    : undefined;
}

/** Connects by TLS 1.2 or later. @returns the code of what went wrong */
function handshake(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((settle) => {
    const name = isIP(host) > 0 ? {} : { servername: host };
    const socket = connect({ host, port, ...name, minVersion: 'TLSv1.2' });
    const end = (code: string | undefined): void => {
      socket.destroy();
      settle(code);
    };
    socket.setTimeout(timeoutMs, () => {
      end('timeout');
    });
    socket.once('secureConnect', () => {
      end(undefined);
    });
    socket.once('error', (error: Error) => {
      end('code' in error && typeof error.code === 'string' ? error.code : error.message);
    });
  });
}
