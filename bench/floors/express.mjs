// The floor that ratios are taken to: Express, knex and sqlite3 (or pg).
import express from 'express';
import { openKnexStore } from './knex-store.mjs';
import { createUser, getGroup, getUser, list, patchGroup, patchUser } from './requests.mjs';

const store = openKnexStore(process.env.BENCH_FILE);
const app = express();
app.use(express.json({ type: ['application/json', 'application/scim+json'], limit: '64mb' }));

const reply = (answer) => async (request, response) => {
  const { status, text } = await answer(request);
  response.status(status).type('application/scim+json').send(text);
};

app.get(
  '/scim/Users',
  reply(({ query }) => list(store, 'users', query)),
);
app.get(
  '/scim/Groups',
  reply(({ query }) => list(store, 'groups', query)),
);
app.get(
  '/scim/Users/:id',
  reply(({ params }) => getUser(store, params.id)),
);
app.get(
  '/scim/Groups/:id',
  reply(({ params }) => getGroup(store, params.id)),
);
app.post(
  '/scim/Users',
  reply(({ body }) => createUser(store, body)),
);
app.patch(
  '/scim/Users/:id',
  reply(({ params, body }) => patchUser(store, params.id, body)),
);
app.patch(
  '/scim/Groups/:id',
  reply(({ params, body }) => patchGroup(store, params.id, body)),
);
app.listen(Number(process.env.PORT), '127.0.0.1');
