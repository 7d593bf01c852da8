import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { JsonObject } from '../protocol/json.js';
import type { PublishedDocument } from './documents.js';
import { MOST_PATH } from './router/request-target.js';

/** Two levels above src/http as well as dist/http. */
const ROOT = new URL('../../', import.meta.url);

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Characters of a question to the search; the field of the page takes no more. */
const MOST_QUESTION = 200;

/** Reading pages run no script, load nothing from another host, and cannot be framed. */
const READING = ["default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'"];
const ALL = ["base-uri 'none'", "frame-ancestors 'none'"];

/** Swagger UI needs inline styles and data: images; it may connect only to this server. */
const TRYING = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"],
  ...["font-src 'self' data:", "connect-src 'self'", "form-action 'none'"],
];

/** What is sent, as it was made once. */
interface Made {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/**
 * Serves the docs below `/docs`. They are loaded with the first request for them, so that a server that nobody reads from is
 * no larger; a page is written once, and kept.
 */
export function docsRoutes(documents: readonly PublishedDocument[], origin: string): RequestHandler {
  const router = Router();
  for (const file of SWAGGER_FILES) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(join(SWAGGER_UI, file));
    });
  }
  for (const { name } of documents.filter((document) => document.name !== 'backend')) {
    router.get(`/docs/try/${name}`, (_request, response) => {
      send(response, made('text/html; charset=utf-8', tryingPage(name)), TRYING);
    });
    router.get(`/docs/try/${name}.js`, (_request, response) => {
      send(response, made('text/javascript; charset=utf-8', startScript(name)), TRYING);
    });
  }
  let reading: Promise<Reader> | undefined;
  // Not `/docs/*rest`, which Express decodes: the id of a page has no escapes, and one that is cut would be an error.
  router.get(/^\/docs(?:\/|$)/iu, (request, response, next) => {
    // What could not be read, as when a file was missing for a moment, is read again by the next request.
    reading ??= reader(documents, origin).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    reading.then((answer) => answer(request, response)).catch(next);
  });
  return router;
}

/** Answers requests below `/docs`. */
type Reader = (request: Request, response: Response) => Promise<void>;

async function reader(documents: readonly PublishedDocument[], origin: string): Promise<Reader> {
  const [{ createDocs }, { docsFiles }] = await Promise.all([import('../docs/docs.js'), import('../docs/files.js')]);
  const apis = documents.map(({ name, definition }) => ({ name, definition: definition as unknown as JsonObject }));
  const docs = createDocs({ documents: apis, origin, root: ROOT });
  const files = docsFiles(ROOT);
  const kept = new Map<string, Made>();
  const make = (id: string): Made | undefined => {
    const file = files.get(id)?.();
    const page = file === undefined ? docs.page(id) : undefined;
    if (file !== undefined) return made(file.type, file.bytes);
    return page === undefined ? undefined : made('text/html; charset=utf-8', page);
  };
  return async (request, response) => {
    const id = pageIn(request.path);
    if (id === 'search') {
      send(response, made('text/html; charset=utf-8', await docs.found(questionIn(request))), READING);
      return;
    }
    const found = kept.get(id) ?? make(id);
    if (found !== undefined) kept.set(id, found);
    else response.status(404);
    send(response, found ?? made('text/html; charset=utf-8', docs.missing()), READING);
  };
}

/** `entra` for `/docs/entra` and `/docs/entra/`. */
const pageIn = (path: string): string => {
  if (path.length > MOST_PATH) return 'missing';
  return path.slice('/docs/'.length).replace(/\/$/u, '');
};

function questionIn({ url }: Request): string {
  const mark = url.indexOf('?');
  const asked = new URLSearchParams(mark < 0 ? '' : url.slice(mark)).get('q') ?? '';
  return asked.slice(0, MOST_QUESTION).trim();
}

function made(type: string, content: string | Buffer): Made {
  const body = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** Sends it; Express makes it 304 where the client has it already (RFC 9110, section 13.1.2). */
function send(response: Response, { type, body, etag }: Made, policy: readonly string[]): void {
  response.setHeader('Content-Security-Policy', [...policy, ...ALL].join('; '));
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader('ETag', etag);
  response.type(type).send(body);
}

const tryingPage = (name: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Try it · FlexWhere SCIM</title>
    <link rel="icon" href="/docs/icon.svg">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <p><a href="/docs/reference/${name}">Back to the reference</a></p>
    <noscript>Trying it needs JavaScript; the reference has the same as a command line for curl.</noscript>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/try/${name}.js"></script>
  </body>
</html>
`;

/** An address such as `/docs/try/scim#/Users/listUsers` opens that operation. */
const startScript = (name: string): string => `SwaggerUIBundle({
  dom_id: '#reference',
  url: '/openapi/${name}.json',
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'none',
  presets: [SwaggerUIBundle.presets.apis],
});
`;
