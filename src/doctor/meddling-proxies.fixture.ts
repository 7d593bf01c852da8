import type { Twist } from './proxy.fixture.js';

/** Proxies that do one thing too many, and what the doctor says of each. */
export const PROXIES: readonly (readonly [string, Twist, string])[] = [
  [
    'removes the token',
    (request) => {
      delete request.headers.authorization;
      return false;
    },
    'authorization-removed: A proxy removes the Authorization header.',
  ],
  [
    'shows a page of its own',
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', Server: 'cloudgate' }).end('<html>Sign in</html>');
      return true;
    },
    'web-page: cloudgate answers with a web page before us: sign-in, firewall or error page.',
  ],
  [
    'wants a User-Agent',
    (request, response) => {
      if (request.headers['user-agent'] !== undefined) return false;
      response.writeHead(403).end('forbidden');
      return true;
    },
    'user-agent: A firewall wants a User-Agent; Entra may send none.',
  ],
  [
    'redirects',
    (_request, response) => {
      response.writeHead(308, { Location: 'https://scim.contoso.example/scim' }).end();
      return true;
    },
    'redirect: The address redirects to https://scim.contoso.example/scim; enter that.',
  ],
  [
    'allows small bodies',
    (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 1_048_576) return false;
      request.resume();
      response.writeHead(413, { 'Content-Type': 'text/plain' }).end('too large');
      return true;
    },
    'body-size: A proxy allows 1024 kB; groups need 4 MB.',
  ],
  [
    'rewrites the query',
    (request) => {
      request.url = encodeURI(decodeURIComponent(request.url ?? '/'));
      return false;
    },
    'query: A proxy rewrites the query; lookups miss and Entra creates twice.',
  ],
  [
    'allows few requests',
    (request, response) => {
      if (request.url !== '/scim/ServiceProviderConfig') return false;
      response.writeHead(429, { Server: 'gate' }).end('slow down');
      return true;
    },
    "rate: gate in front allows 0 a second; Entra's gallery asks for 25.",
  ],
  [
    'has a slow clock',
    (_request, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString());
      return false;
    },
    "clock: The server's clock is 10 min slow.",
  ],
];
