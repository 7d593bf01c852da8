import { findAsset } from './assets/assets.js';
import type { ConsolePath } from './layout/path.js';
import type { EventStream } from './live/event-stream.js';
import type { ConsoleReply } from './request.js';
import type { SavedFile } from './visit.js';

/**
 * What every page is sent with. A page loads and sends nothing beyond this server, cannot be framed, and stays in no cache.
 * The Referer stays within the server: without any, browsers would send forms with `Origin: null`, which tells nothing.
 */
const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'same-origin',
  'Content-Security-Policy': [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
    ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
  ].join('; '),
};

/** A page. */
export const pageReply = (
  operation: string,
  text: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): ConsoleReply => ({ status, headers: { ...PAGE_HEADERS, ...headers }, body: text, operation });

/** A page for whoever has a secret token: without script, and nothing of its address goes anywhere. */
export const plainReply = (text: string, status = 200): ConsoleReply => ({
  status,
  headers: {
    ...PAGE_HEADERS,
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': PAGE_HEADERS['Content-Security-Policy'].replace("script-src 'self'; ", ''),
    Vary: 'Accept',
    // Whoever answers 401 says how to authenticate (RFC 9110 §15.5.2); browsers ask nobody for a bearer token.
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="FlexWhere SCIM"' } : {}),
  },
  body: text,
  operation: 'check',
});

/** Leads to another page (RFC 9110 §15.4.4). */
export const seeOtherReply = (
  operation: string,
  to: ConsolePath,
  headers: ConsoleReply['headers'] = {},
): ConsoleReply => ({
  status: 303,
  headers: { ...PAGE_HEADERS, Location: to, ...headers },
  body: '',
  operation,
});

/** A file that a browser saves, in pieces; no cache keeps it, as nothing that is sent without a version. */
export const fileReply = (operation: string, { name, type, pieces }: SavedFile): ConsoleReply => ({
  status: 200,
  headers: {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${name}"`,
  },
  body: pieces,
  operation,
});

/** Leads to another site, by a link that somebody followed: the Content-Security-Policy would let no form lead there. */
export const leaveReply = (operation: string, to: URL, headers: ConsoleReply['headers']): ConsoleReply => ({
  status: 303,
  headers: { ...PAGE_HEADERS, 'Referrer-Policy': 'no-referrer', Location: to.href, ...headers },
  body: '',
  operation,
});

/**
 * Events as they come: no cache keeps them, and a proxy passes them on at once instead of collecting them (nginx's
 * `X-Accel-Buffering`; `no-transform` keeps others from compressing them, RFC 9111 §5.2.2.6).
 */
export const eventsReply = (operation: string, stream: EventStream): ConsoleReply => ({
  status: 200,
  headers: {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  },
  body: stream,
  operation,
});

/** A file that pages load; its address changes with its content. Undefined where the path is none of these. */
export function assetReply(path: string): ConsoleReply | undefined {
  const file = path.startsWith('/assets/') ? findAsset(path.slice('/assets/'.length)) : undefined;
  if (file === undefined) return undefined;
  return {
    status: 200,
    headers: { 'Content-Type': `${file.type}; charset=utf-8`, 'Cache-Control': 'public, max-age=31536000, immutable' },
    body: file.text,
    operation: 'console:asset',
  };
}
