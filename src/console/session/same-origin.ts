import { forbidden } from '../../protocol/scim-error.js';
import type { ConsoleRequest } from '../request.js';

/**
 * Refuses a form that another site has sent. Browsers say in `Sec-Fetch-Site` where a request comes from, which no page can
 * change (Fetch Metadata); over plain http they leave it out, and `Origin` says it (RFC 6454 §7).
 * @throws ScimError 403
 */
export function checkSameOrigin({ headers }: Pick<ConsoleRequest, 'headers'>): void {
  const site = headers['sec-fetch-site'];
  const same = site === undefined ? hostOf(headers.origin) === headers.host : site === 'same-origin';
  if (!same)
    throw forbidden('This form came from another site, so nothing was done. Open the console and do it there.');
}

const hostOf = (origin = ''): string => (URL.canParse(origin) ? new URL(origin).host : '');
