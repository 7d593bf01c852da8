import { Router } from 'express';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { operatorAuthentication } from '../admin/handlers.js';
import { createApp } from '../app.js';
import { readDocument } from '../documents.js';
import { listen, type Listening } from '../listen.js';
import { createMetrics } from '../metrics.js';
import { sendTo, type Answer } from '../testing/server.fixture.js';
import { freeTraffic } from '../testing/traffic.fixture.js';
import { createOpenApiRouter } from './openapi-router.js';
import { INTERNAL_ERROR } from './error-response.js';
import { responseChecker } from './response-checking.js';
import type { Reply } from './send-reply.js';

const DOCUMENT = readDocument('scim');
const TOKEN = 'token';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly takesBody: boolean;
}

const OPERATIONS: readonly Described[] = Object.entries(DOCUMENT.definition.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item ?? {})
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]: [string, unknown]) => ({
      id: isJsonObject(operation) ? String(operation['operationId']) : '',
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/gu, 'x'),
      takesBody: isJsonObject(operation) && operation['requestBody'] !== undefined,
    })),
);
/** Those whose bodies have a schema: /Me takes any, since nothing is done with it. */
const TAKING_BODIES = OPERATIONS.filter(({ takesBody, path }) => takesBody && path !== '/Me');

type Handlers = Record<string, () => Promise<Reply>>;

let listening: Listening | undefined;
afterEach(() => {
  listening?.cut();
});

/** Handlers that give the reply to whatever reaches them, and note it. */
const handlersGiving = (reply: Reply, reached: string[] = []): Handlers =>
  Object.fromEntries(
    OPERATIONS.map(({ id }) => [
      id,
      () => {
        reached.push(id);
        return Promise.resolve(reply);
      },
    ]),
  );

function routerOf(handlers: Handlers) {
  return createOpenApiRouter({
    document: DOCUMENT,
    mediaType: 'application/scim+json',
    compresses: false,
    handlers,
    wrongBase: '',
    authenticate: operatorAuthentication(TOKEN, { find: () => Promise.resolve(undefined) }),
    enter: freeTraffic().traffic.enter,
    turns: freeTraffic().traffic.turns,
    prepareBody: (_operationId, body) => body,
    bodyLimit: () => ({ bytes: 1_048_576, advice: '' }),
    jsonDepth: () => 40,
    checkResponse: responseChecker('enforce', pino({ level: 'silent' })),
  });
}

/** Serves the document with those handlers, and sends requests to it. */
async function serving(
  handlers: Handlers,
): Promise<(method: string, path: string, body?: JsonObject) => Promise<Answer>> {
  const app = createApp({
    logger: pino({ level: 'silent' }),
    metrics: createMetrics(operatorAuthentication(TOKEN, { find: () => Promise.resolve(undefined) })),
    ping: () => Promise.resolve(),
    scim: await routerOf(handlers),
    admin: (_request, _response, next) => {
      next();
    },
    documents: (_request, _response, next) => {
      next();
    },
    console: { beforeScim: Router(), pages: Router() },
  });
  listening = await listen(app, { host: '127.0.0.1', port: 0, keepAlive: 5_000, traffic: freeTraffic().limits });
  const origin = `http://127.0.0.1:${listening.address.port}`;
  const headers = { 'Content-Type': 'application/scim+json' };
  return (method, path, body) =>
    sendTo(origin, {
      method,
      path: `/scim${path}`,
      token: TOKEN,
      ...(body === undefined ? {} : { headers, body }),
    });
}

describe('bodies of application/scim+json, which openapi-backend itself lets pass unseen', () => {
  it('are taken by a number of operations that is not small', () => {
    expect(TAKING_BODIES.length).toBeGreaterThan(9);
  });

  it.each(TAKING_BODIES)('of $method $path are refused before the handler when they are wrong', async (operation) => {
    const reached: string[] = [];
    const send = await serving(handlersGiving({ status: 500 }, reached));
    const answer = await send(operation.method, operation.path, { schemas: 'not a list', Operations: 'nor this' });
    expect([answer.status, answer.body['status'], reached]).toEqual([400, '400', []]);
  });

  it('reach the handler when they are right', async () => {
    const reached: string[] = [];
    const send = await serving(handlersGiving({ status: 201, body: { schemas: [USER], id: ID } }, reached));
    const answer = await send('POST', '/Users', { schemas: [USER], userName: 'ada' });
    expect([answer.status, reached]).toEqual([201, ['createUser']]);
  });
});

const ID = '0198c5a2-0000-7000-8000-000000000001';

describe('an answer', () => {
  it.each([
    ['with a body that is as documented', { status: 200, body: { schemas: [USER], id: ID, active: true } }, 200],
    ['with a value of the wrong type', { status: 200, body: { schemas: [USER], id: ID, active: 'True' } }, 500],
    ['without what is required', { status: 200, body: { schemas: [USER] } }, 500],
    ['with a key that is not declared', { status: 200, body: { schemas: [USER], id: ID, color: 'red' } }, 500],
    ['with a status that is not documented', { status: 202 }, 500],
  ])('%s is sent, or not', async (_name, reply, status) => {
    const send = await serving(handlersGiving(reply));
    const answer = await send('GET', `/Users/${ID}`);
    expect(answer.status).toBe(status);
    if (status === 500) expect(answer.body).toEqual(INTERNAL_ERROR.toJSON());
  });
});

describe('the start', () => {
  it('stops at an operation without a handler', async () => {
    const handlers = Object.fromEntries(
      Object.entries(handlersGiving({ status: 200 })).filter(([id]) => id !== 'patchUser'),
    );
    await expect(routerOf(handlers)).rejects.toThrow('patchUser');
  });

  it('stops at a handler without an operation', async () => {
    const handlers = { ...handlersGiving({ status: 200 }), upsertUser: () => Promise.resolve({ status: 200 }) };
    await expect(routerOf(handlers)).rejects.toThrow('upsertUser');
  });
});
