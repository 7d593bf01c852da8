import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate authority of a test's own. */
export interface TestAuthority {
  /** The file with its certificate. */
  readonly file: string;
  /** Issues a certificate: the files of it and of its key. @param names alternative names, such as `IP:127.0.0.1` */
  issue(commonName: string, names?: string): Promise<{ readonly cert: string; readonly key: string }>;
}

const openssl = (...given: readonly string[]): Promise<unknown> => promisify(execFile)('openssl', given);

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority with the program openssl. @param name of its certificate and of its files in the folder */
export async function createAuthority(folder: string, name: string): Promise<TestAuthority> {
  const [file, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  await openssl('req', '-x509', ...KEY, '-keyout', key, '-out', file, '-days', '2', '-subj', `/CN=${name}`);
  return {
    file,
    issue: async (commonName, names) => {
      const own = (kind: string): string => join(folder, `${name}-${commonName}.${kind}`);
      await openssl('req', ...KEY, '-keyout', own('key'), '-out', own('csr'), '-subj', `/CN=${commonName}`);
      await writeFile(own('ext'), names === undefined ? '' : `subjectAltName=${names}\n`);
      const signed = ['-CA', file, '-CAkey', key, '-CAcreateserial', '-days', '2', '-extfile', own('ext')];
      await openssl('x509', '-req', '-in', own('csr'), '-out', own('crt'), ...signed);
      return { cert: own('crt'), key: own('key') };
    },
  };
}

/** The lines of a file, as SQL has an array of texts. */
export async function linesOf(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return `array['${lines.join("','")}']`;
}
