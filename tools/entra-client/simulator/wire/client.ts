import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../json.js';
import type { Clock } from '../clock.js';
import { ProvisioningFailure, refusalCode } from './failure.js';
import { lookupPath } from './lookup.js';
import { NoAnswer, type Purpose, type Send, type WireAnswer, type WireRequest } from './wire.js';

/** How often a request is repeated that was answered 429. */
const REPETITIONS = 3;
/** Seconds to wait where a 429 does not say how long. */
const DEFAULT_PAUSE = 1;

/** What the provisioning service does with a SCIM server. Everything throws ProvisioningFailure. */
export class ScimClient {
  readonly #send: Send;
  readonly #clock: Clock;

  constructor(send: Send, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** The resources whose attribute has a value. */
  async find(purpose: Purpose, endpoint: '/Users' | '/Groups', attribute: string, value: string) {
    const answer = await this.#ask({ purpose, method: 'GET', path: lookupPath(endpoint, attribute, value) });
    if (answer.status !== 200) throw refusal(answer);
    return listed(objectIn(answer), answer);
  }

  /** A resource by its id; undefined if it is gone. */
  async read(purpose: Purpose, path: string): Promise<JsonObject | undefined> {
    const answer = await this.#ask({ purpose, method: 'GET', path });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refusal(answer);
    return objectIn(answer);
  }

  /** Creates a resource. Returns it as it is on the server. */
  async create(purpose: Purpose, path: string, body: JsonObject): Promise<JsonObject> {
    const answer = await this.#ask({ purpose, method: 'POST', path, body });
    if (answer.status !== 201) throw refusal(answer);
    return objectIn(answer);
  }

  async patch(purpose: Purpose, path: string, operations: readonly JsonObject[]): Promise<void> {
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
    const answer = await this.#ask({ purpose, method: 'PATCH', path, body });
    if (answer.status !== 200 && answer.status !== 204) throw refusal(answer);
  }

  /** Deletes a resource, which may be gone already. */
  async remove(purpose: Purpose, path: string): Promise<void> {
    const answer = await this.#ask({ purpose, method: 'DELETE', path });
    if (![200, 204, 404].includes(answer.status)) throw refusal(answer);
  }

  async #ask(request: WireRequest): Promise<WireAnswer> {
    for (let repetition = 0; ; repetition += 1) {
      const answer = await this.#send(request).catch(unanswered);
      if (answer.status !== 429 || repetition === REPETITIONS) return answer;
      await this.#clock.wait(1_000 * (Number(answer.headers['retry-after']) || DEFAULT_PAUSE));
    }
  }
}

function unanswered(error: unknown): never {
  throw error instanceof NoAnswer ? new ProvisioningFailure(error.reason, 0, error.message) : error;
}

function refusal({ status, text }: WireAnswer): ProvisioningFailure {
  const body = parseJson(text);
  const detail = isObject(body) && typeof body['detail'] === 'string' ? body['detail'] : text.slice(0, 200);
  return new ProvisioningFailure(refusalCode(status), status, detail);
}

function objectIn({ status, text }: WireAnswer): JsonObject {
  const body = parseJson(text);
  if (isObject(body)) return body;
  throw new ProvisioningFailure('InvalidAnswer', status, 'The answer is no JSON object.');
}

function listed(list: JsonObject, { status }: WireAnswer): readonly JsonObject[] {
  const resources: Json | undefined = list['Resources'] ?? (list['totalResults'] === 0 ? [] : undefined);
  if (isArray(resources) && resources.every(isObject)) return resources;
  throw new ProvisioningFailure('InvalidAnswer', status, 'The answer to a lookup is no list of resources.');
}
