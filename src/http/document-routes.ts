import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router, type RequestHandler, type Response } from 'express';
import type { PublishedDocument } from './documents.js';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js'];

/** Publishes the OpenAPI documents, and a reference page that loads nothing from another host. */
export function documentRoutes(documents: readonly PublishedDocument[]): RequestHandler {
  const router = Router();
  for (const { name, yaml, definition } of documents) {
    let json: string | undefined;
    router.get(`/openapi/${name}.yaml`, (_request, response, next) => {
      yaml().then((text) => response.type('application/yaml').send(text), next);
    });
    router.get(`/openapi/${name}.json`, (_request, response) => {
      response.type('application/json').send((json ??= JSON.stringify(definition)));
    });
  }
  router.get('/docs', (_request, response) => {
    allowPage(response);
    response.type('html').send(page(documents));
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(startScript(documents));
  });
  for (const asset of ASSETS) {
    router.get(`/docs/${asset}`, (_request, response) => {
      response.sendFile(join(SWAGGER_UI, asset));
    });
  }
  return router;
}

/** Swagger UI needs inline styles and data: images; it may connect only to this server. */
function allowPage(response: Response): void {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  );
}

const page = (documents: readonly PublishedDocument[]): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>FlexWhere SCIM: reference</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <noscript>This page needs JavaScript. The documents themselves:
      ${documents.map(({ name }) => `<a href="/openapi/${name}.yaml">/openapi/${name}.yaml</a>`).join(', ')}.</noscript>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/swagger-ui-standalone-preset.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const startScript = (documents: readonly PublishedDocument[]): string => {
  const urls = documents.map(({ name, definition }) => ({ name: definition.info.title, url: `/openapi/${name}.json` }));
  return `SwaggerUIBundle({
  dom_id: '#reference',
  urls: ${JSON.stringify(urls)},
  validatorUrl: null,
  deepLinking: true,
  docExpansion: 'list',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
});
`;
};
