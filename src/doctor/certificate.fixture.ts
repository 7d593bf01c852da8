import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const long = content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(content.length < 128 ? [content.length] : long)]), content]);
};
const SEQUENCE = 0x30;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const oid = (text: string): Buffer => der(0x06, hex(text));
const name = (text: string): Buffer =>
  der(SEQUENCE, der(0x31, der(SEQUENCE, oid('550403'), der(0x0c, Buffer.from(text)))));

/** ecdsa-with-SHA256 (RFC 5758 §3.2). */
const ALGORITHM = der(SEQUENCE, oid('2a8648ce3d040302'));
const VALIDITY = der(SEQUENCE, der(0x17, Buffer.from('250101000000Z')), der(0x17, Buffer.from('491231235959Z')));
/** The alternative name 127.0.0.1 (RFC 5280 §4.2.1.6). */
const FOR_LOOPBACK = der(
  0xa3,
  der(SEQUENCE, der(SEQUENCE, oid('551d11'), der(0x04, der(SEQUENCE, der(0x87, hex('7f000001')))))),
);

/**
 * A certificate for 127.0.0.1 (RFC 5280 §4.1): signed by itself, or by an intermediate authority that nobody sends along.
 * @param signedBy who signs
 */
export function testCertificate(signedBy: 'itself' | 'an intermediate'): TestCertificate {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: KeyObject =
    signedBy === 'itself' ? own.privateKey : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const spki = own.publicKey.export({ type: 'spki', format: 'der' });
  const issued = name(signedBy === 'itself' ? 'scim' : 'intermediate');
  const version = der(0xa0, der(0x02, hex('02')));
  const body = der(
    SEQUENCE,
    version,
    der(0x02, hex('01')),
    ALGORITHM,
    issued,
    VALIDITY,
    name('scim'),
    spki,
    FOR_LOOPBACK,
  );
  const signature = der(0x03, hex('00'), sign('sha256', body, issuer));
  const base64 = der(SEQUENCE, body, ALGORITHM, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/gu, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
