// The lowest floor: node:http and the bare statement.
import { createServer } from 'node:http';
import { openBareStore } from './bare-store.mjs';
import { createUser, getGroup, getUser, list, patchGroup, patchUser } from './requests.mjs';

const store = openBareStore(process.env.BENCH_FILE);

const table = (kind) => (kind === 'Users' ? 'users' : 'groups');

function answer(method, kind, id, query, body) {
  if (method === 'POST') return createUser(store, body);
  if (method === 'PATCH') return kind === 'Users' ? patchUser(store, id, body) : patchGroup(store, id, body);
  if (id === undefined) return list(store, table(kind), Object.fromEntries(new URLSearchParams(query)));
  return kind === 'Users' ? getUser(store, id) : getGroup(store, id);
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const [path, query] = request.url.split('?');
  const [, , kind, id] = path.split('/');
  const { status, text } = await answer(request.method, kind, id, query, body);
  response.writeHead(status, { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}).listen(Number(process.env.PORT), '127.0.0.1');
