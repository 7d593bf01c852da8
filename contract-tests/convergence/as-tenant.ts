import { httpSender } from '../../tools/entra-client/simulator/wire/http-send.js';
import type { Send } from '../../tools/entra-client/simulator/wire/wire.js';
import type { TestServer } from '../../src/http/testing/server.fixture.js';

/** Does something with a new tenant of a server, and closes the connections for it. */
export async function asTenant<Result>(
  server: Pick<TestServer, 'url' | 'createTenant'>,
  work: (send: Send) => Promise<Result>,
): Promise<Result> {
  const { token } = await server.createTenant();
  const { send, close } = httpSender(`${server.url}/scim`, token);
  return work(send).finally(close);
}
