import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { ForeignDirectory, type Asked, type ForeignType } from './foreign-directory.js';

/** A SCIM server that is not ours. */
export interface ForeignServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The Tenant URL, without a trailing slash. */
  readonly base: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts a SCIM server made of the npm packages scimmy and scimmy-routers on a free port, with an empty directory. */
export async function startForeignServer(): Promise<ForeignServer> {
  const token = randomBytes(16).toString('hex');
  const directory = new ForeignDirectory();
  declareOnce();
  const app = express().use(
    '/scim',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request) => admit(request.headers.authorization, token),
      context: () => directory,
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the foreign server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { origin, base: `${origin}/scim`, token, stop };
}

function admit(authorization: string | undefined, token: string): string {
  if (authorization !== `Bearer ${token}`) throw new Error('That is not the token.');
  return 'the provisioning client';
}

let declared = false;

/** Scimmy keeps its resource types once a process; the directory comes with each request. */
function declareOnce(): void {
  if (declared) return;
  declared = true;
  SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
  SCIMMY.Resources.declare(SCIMMY.Resources.User, handlers('User'));
  SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers('Group'));
}

const handlers = (type: ForeignType): object => ({
  ingress: (asked: Asked, instance: object, directory: unknown) => of(directory).write(type, asked, instance),
  egress: (asked: Asked, directory: unknown) => of(directory).read(type, asked),
  degress: (asked: Asked, directory: unknown) => {
    of(directory).remove(type, asked);
  },
});

function of(directory: unknown): ForeignDirectory {
  if (!(directory instanceof ForeignDirectory)) throw new Error('the request came without a directory');
  return directory;
}
