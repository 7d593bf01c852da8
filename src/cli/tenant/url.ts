import { UsageError } from '../command-line.js';

/**
 * The Tenant URL in an option, without query and trailing slash, with either of which administrators enter it in Entra.
 * @throws UsageError for anything but an http or https address.
 */
export function tenantUrl(option: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`${option} must be an address such as https://scim.example.com/scim; it is "${given}"`);
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}
