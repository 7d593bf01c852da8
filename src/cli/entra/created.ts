import { isObject, parseJson } from '#entra-client/json.js';
import type { Send } from '#entra-client/simulator/wire/wire.js';

/** What a simulation has created on a server and not deleted since. */
export class Created {
  readonly #send: Send;
  /** Paths such as `/Users/{id}`, in the order of their creation. */
  readonly #paths = new Set<string>();

  /** @param send how requests reach the server */
  constructor(send: Send) {
    this.#send = send;
  }

  /** Sends a request, and remembers what it created. */
  readonly send: Send = async (request) => {
    const answer = await this.#send(request);
    if (request.method === 'DELETE') this.#paths.delete(request.path);
    if (request.method !== 'POST' || answer.status !== 201) return answer;
    const body = parseJson(answer.text);
    if (isObject(body) && typeof body['id'] === 'string') this.#paths.add(`${request.path}/${body['id']}`);
    return answer;
  };

  /**
   * Deletes what there is, the latest first.
   * @returns how many users and groups were deleted
   * @throws Error that says how many the server did not delete
   */
  async remove(): Promise<number> {
    const paths = [...this.#paths].reverse();
    let removed = 0;
    for (const path of paths) {
      const purpose = path.startsWith('/Groups') ? 'delete group' : 'delete user';
      const { status } = await this.#send({ purpose, method: 'DELETE', path });
      if (status === 204 || status === 404) removed += 1;
    }
    if (removed < paths.length) throw new Error(`not removed: ${paths.length - removed} of ${paths.length}`);
    return removed;
  }
}
