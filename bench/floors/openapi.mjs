// The floor with openapi-backend as shipped: it routes and validates by our own document.
import { readFileSync } from 'node:fs';
import express from 'express';
import { OpenAPIBackend } from 'openapi-backend';
import addFormats from 'ajv-formats';
import { openKnexStore } from './knex-store.mjs';
import { createUser, getGroup, getUser, list, patchGroup, patchUser } from './requests.mjs';

const store = openKnexStore(process.env.BENCH_FILE);

const reply = (answer) => async (context, _request, response) => {
  const { status, text } = await answer(context.request);
  response.status(status).type('application/scim+json').send(text);
};

// openapi-backend validates bodies of application/json alone. The floor has no authentication.
const document = readFileSync(new URL('../../generated/scim.json', import.meta.url), 'utf8');
const definition = JSON.parse(document.replaceAll('application/scim+json', 'application/json'), (name, value) =>
  name === 'security' ? undefined : value,
);

const api = new OpenAPIBackend({
  definition,
  apiRoot: '/scim',
  quick: true,
  coerceTypes: true,
  ajvOpts: { allowUnionTypes: true },
  customizeAjv: (ajv) => addFormats.default(ajv),
  handlers: {
    listUsers: reply(({ query }) => list(store, 'users', query)),
    listGroups: reply(({ query }) => list(store, 'groups', query)),
    getUser: reply(({ params }) => getUser(store, params.id)),
    getGroup: reply(({ params }) => getGroup(store, params.id)),
    createUser: reply(({ body }) => createUser(store, body)),
    patchUser: reply(({ params, body }) => patchUser(store, params.id, body)),
    patchGroup: reply(({ params, body }) => patchGroup(store, params.id, body)),
    validationFail: (context, _request, response) => response.status(400).json(context.validation.errors),
    notFound: (_context, _request, response) => response.status(404).json({}),
  },
});
await api.init();

const app = express();
app.use(express.json({ type: ['application/json', 'application/scim+json'], limit: '64mb' }));
app.use((request, response) => {
  const { method, path, query, headers, body } = request;
  return api.handleRequest({ method, path, query, headers, body }, request, response);
});
app.listen(Number(process.env.PORT), '127.0.0.1');
