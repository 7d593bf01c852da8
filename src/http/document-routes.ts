import { Router, type RequestHandler } from 'express';
import { docsRoutes } from './docs-routes.js';
import type { PublishedDocument } from './documents.js';

/** Publishes the OpenAPI documents, and the docs. @param origin where the server is reached */
export function documentRoutes(documents: readonly PublishedDocument[], origin: string): RequestHandler {
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
  return router.use(docsRoutes(documents, origin));
}
