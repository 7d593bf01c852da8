// A FlexWhere backend that works: BACKEND_SECRET=whsec_… PORT=8090 node examples/backend-receiver.mjs
// A real one keeps accounts and outcomes in a database, and writes both in one transaction; this one forgets them.
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.BACKEND_SECRET);

/** By tenant: accounts and groups by our id, memberships, and the outcome of every key that was settled. */
const tenants = new Map();

function tenantOf(tenantId) {
  if (!tenants.has(tenantId)) tenants.set(tenantId, { resources: new Map(), members: new Map(), outcomes: new Map() });
  return tenants.get(tenantId);
}

const folded = (name) => name.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
const nameOf = ({ userName, displayName }) => folded(userName ?? displayName);
const find = ({ resources }, condition) => [...resources.values()].filter(condition);
const byScimId = (tenant, scimId) => find(tenant, (one) => one.scimId === scimId)[0];
const others = (tenant, { subject, scimId }, condition) =>
  find(tenant, (one) => one.subject === subject && one.scimId !== scimId && condition(nameOf(one.content)));

/** Makes the change of one line, or throws a sentence that says why not. */
function change(tenant, { subject, op, scimId, accountId, content, groupScimId, memberScimId }) {
  if (subject === 'membership') {
    const [key, ids] = [`${groupScimId} ${memberScimId}`, [groupScimId, memberScimId]];
    if (op === 'add' && !ids.every((id) => byScimId(tenant, id))) throw 'There is no such group or member.';
    if (op === 'add') tenant.members.set(key, ids);
    else tenant.members.delete(key);
    return {};
  }
  // Where we have this scimId already, a create is an update; a delete of what is gone has been done.
  const known = op === 'link' ? tenant.resources.get(accountId) : byScimId(tenant, scimId);
  if (op === 'delete') {
    tenant.resources.delete(known?.accountId);
    for (const [key, ids] of tenant.members) if (ids.includes(scimId)) tenant.members.delete(key);
    return {};
  }
  if (!known && op !== 'create') throw 'There is no such account or group.';
  const id = known?.accountId ?? randomUUID();
  tenant.resources.set(id, { subject, accountId: id, scimId, content });
  return { accountId: id };
}

/** Makes the changes of some lines as a whole, or none of them. */
function settle(tenant, lines) {
  const draft = { resources: new Map(tenant.resources), members: new Map(tenant.members) };
  try {
    const outcomes = lines.map((line) => ({ key: line.key, state: 'applied', ...change(draft, line) }));
    const isTaken = (line) =>
      line.content?.userName && others(draft, line, (name) => name === nameOf(line.content)).length > 0;
    if (lines.some(isTaken)) throw 'Another account has this userName.';
    Object.assign(tenant, draft);
    return outcomes;
  } catch (detail) {
    if (typeof detail !== 'string') throw detail;
    return lines.map(({ key }) => ({ key, state: 'failed', detail }));
  }
}

// Of each secret a hash is sent: ours fits one of them also while the secret is being changed.
const key = Buffer.from(process.env.BACKEND_SECRET.replace('whsec_', ''), 'base64');
const hashOf = (tenantId, subject, name) =>
  createHmac('sha256', key).update(['flexwhere-name', tenantId, subject, name].join('\n')).digest('hex');

function match(tenantId, item) {
  const tenant = tenantOf(tenantId);
  const same = find(tenant, ({ subject, scimId }) => subject === item.subject && scimId === item.scimId);
  const described = (by) => (one) => ({ accountId: one.accountId, by, scimId: one.scimId });
  // A real backend has the hashes in an index. Names come only where a policy allows them.
  const isNamed = (name) =>
    item.nameHashes ? item.nameHashes.includes(hashOf(tenantId, item.subject, name)) : name === nameOf(item);
  const named = others(tenant, item, isNamed);
  return { scimId: item.scimId, matches: [...same.map(described('scimId')), ...named.map(described('name'))] };
}

/** What we have under SCIM ids, in the order of those; `after` is the last id of the page before. */
function list(tenant, { subject, after, limit }) {
  const all =
    subject === 'membership'
      ? [...tenant.members.values()].map(([groupScimId, memberScimId]) => ({ subject, groupScimId, memberScimId }))
      : find(tenant, (one) => one.subject === subject && one.scimId);
  const keyOf = (item) => item.scimId ?? `${item.groupScimId} ${item.memberScimId}`;
  const behind = all.filter((item) => keyOf(item) > (after ?? '')).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = behind.slice(0, limit);
  return { items, next: behind.length > limit ? keyOf(items.at(-1)) : null };
}

// BACKEND_ID names this set of accounts, so that what was told to another one is not applied to it.
const capabilities = {
  atomicBatches: true,
  maxBatchSize: 100,
  backendId: process.env.BACKEND_ID,
  listing: true,
  nameHashes: true,
};

const operations = {
  'GET /capabilities': () => capabilities,
  'POST /matches': ({ tenantId, items }) => ({ items: items.map((item) => match(tenantId, item)) }),
  'POST /listings': ({ tenantId, ...what }) => list(tenantOf(tenantId), what),
  'POST /batches': ({ tenantId, lines, atomic }) => {
    const tenant = tenantOf(tenantId);
    // A key that was settled takes no effect a second time: its outcome is answered again.
    const fresh = lines.filter(({ key }) => !tenant.outcomes.has(key));
    for (const some of atomic ? [fresh] : fresh.map((line) => [line])) {
      for (const outcome of settle(tenant, some)) tenant.outcomes.set(outcome.key, outcome);
    }
    return { outcomes: lines.map(({ key }) => tenant.outcomes.get(key)) };
  },
};

/** The body, unless it is none of ours: that is 400, while a 500 would bring it again. A real backend validates it whole. */
function readable(body) {
  try {
    const sent = JSON.parse(body);
    return Array.isArray(sent.lines) || Array.isArray(sent.items) || 'limit' in sent ? sent : undefined;
  } catch {
    return undefined;
  }
}

async function answer(request) {
  const body = await text(request);
  try {
    webhook.verify(body, request.headers, { jsonParse: false });
  } catch {
    return [401, { detail: 'The signature does not fit.' }];
  }
  const operation = operations[`${request.method} ${request.url}`];
  if (!operation) return [404, { detail: 'There is no such operation.' }];
  const sent = request.method === 'GET' ? {} : readable(body);
  return sent ? [200, operation(sent)] : [400, { detail: 'The body is not what openapi/backend.yaml says.' }];
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => [500, { detail: error.message }]);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(process.env.PORT ?? 8090), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
);
