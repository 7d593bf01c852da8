import { nameOf } from '../database-url.js';

/** What OpenSSL says of a chain that ends at nobody who is trusted: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * What to change where PostgreSQL and the server do not agree on TLS: a sentence that names the part of DATABASE_URL. Undefined for
 * any other error.
 * @param url the address of the database; the sentence has neither user nor password
 */
export function tlsProblem(url: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  const given = parametersOf(url);
  return (
    fileProblem(given, error, code) ?? certificateProblem(url, given, code) ?? refusedByServer(error.message, code)
  );
}

/** The parameters of the address; none where it is one that only PostgreSQL's clients can read. */
const parametersOf = (url: string): URLSearchParams => new URLSearchParams(url.split('?')[1] ?? '');

function fileProblem(given: URLSearchParams, error: Error, code: string): string | undefined {
  const file = 'path' in error ? String(error.path) : undefined;
  const name = FILES.find((one) => file !== undefined && given.get(one) === file);
  if (name !== undefined) return `${name} in DATABASE_URL must name a file that can be read: ${code} ${file ?? ''}`;
  if (!/^ERR_OSSL_|^ERR_SSL_|^ERR_CRYPTO_/u.test(code) || !FILES.some((one) => given.has(one))) return undefined;
  if (/alert/iu.test(error.message)) return undefined;
  return `sslcert and sslkey in DATABASE_URL must name a certificate and its key, and sslrootcert certificates, in PEM: ${error.message}`;
}

function certificateProblem(url: string, given: URLSearchParams, code: string): string | undefined {
  if (UNTRUSTED.has(code)) {
    const trusted = given.has('sslrootcert')
      ? 'is not signed by an authority in the file that sslrootcert in DATABASE_URL names'
      : 'is not signed by a public authority; name the file with yours by sslrootcert in DATABASE_URL';
    return `the certificate of PostgreSQL ${trusted} (${code})`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const host = nameOf({ dialect: 'postgres', url }).split('/')[0] ?? '';
    return `the certificate of PostgreSQL is for another host than ${host}; write the host in DATABASE_URL as the certificate has it`;
  }
  if (code !== 'CERT_HAS_EXPIRED' && code !== 'CERT_NOT_YET_VALID') return undefined;
  return `the certificate of PostgreSQL is not valid today (${code}); sslmode in DATABASE_URL demands one that is`;
}

/** What PostgreSQL says, and what OpenSSL says of an alert that PostgreSQL sent. */
function refusedByServer(message: string, code: string): string | undefined {
  if (message.includes('server does not support SSL')) {
    return 'sslmode in DATABASE_URL demands TLS, which this PostgreSQL does not offer; set ssl = on there';
  }
  if (code === '28000' && message.includes('no encryption')) {
    return 'PostgreSQL accepts this user with TLS only; add sslmode=verify-full to DATABASE_URL';
  }
  if (/valid client certificate|certificate authentication failed/u.test(message)) {
    return `PostgreSQL wants a certificate of the client that names the user; see sslcert and sslkey in DATABASE_URL (${message})`;
  }
  if (!/alert (?:unknown ca|bad certificate|certificate)/u.test(message)) return undefined;
  return 'PostgreSQL does not trust the certificate that sslcert in DATABASE_URL names; its ssl_ca_file must have the authority';
}
