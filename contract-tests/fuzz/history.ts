import type { Operation } from '../document/contract.js';
import type { DescribedRequest, Requests } from '../document/requests.js';
import { isObject, mapTexts, type Json } from '../../tools/entra-client/json.js';
import { breaksOf, chosenBreak, type Break } from './breaks.js';
import { faultsOf, fault, type Fault } from './checks.js';
import { outgoingOf, type Draft } from './draft.js';
import { KnownIds } from './known-ids.js';
import { memberOf, objectOf } from './normalization.js';
import { returned } from './read-back.js';
import { linkIn } from './links.js';
import { isName, obeying, obeyingQuery, RULES_IN_WORDS } from './rules-in-words.js';
import type { Answer, Send } from './send.js';
import { respelled } from './spelling.js';
import type { Step } from './step.js';
import { watched } from './watch.js';

/** Plays the steps of one history, and holds every answer to the document. */
export class History {
  readonly known = new KnownIds();
  /** What was sent and answered, a line each. */
  readonly trace: string[] = [];
  #written = false;

  constructor(
    readonly requests: Requests,
    readonly send: Send,
    readonly token: string,
  ) {}

  /** Returns what is wrong with the first answer that breaks a rule; nothing if none does. */
  async play(steps: readonly Step[]): Promise<readonly Fault[]> {
    for (const step of steps) {
      const faults = await this.#step(step);
      if (faults.length > 0) return faults;
    }
    return [];
  }

  /** Removes what the history has made, as far as the document has an operation for that. */
  async clear(): Promise<void> {
    for (const path of [...this.known.paths()].reverse()) {
      if (this.requests.contract.find('DELETE', path) !== undefined) await this.exchange('DELETE', path);
    }
  }

  /** A request besides the history. */
  async exchange(method: string, path: string, query: Draft['query'] = {}): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}` };
    const parameters = new URLSearchParams(query).toString();
    const target = `${this.requests.basePath}${path}${parameters === '' ? '' : `?${parameters}`}`;
    return this.send({ method, target, headers, body: undefined });
  }

  async #step(step: Step): Promise<readonly Fault[]> {
    const described = this.requests.all.find(({ operation }) => operation.id === step.operationId);
    if (described === undefined) throw new Error(`there is no operation ${step.operationId}`);
    const draft = this.#draft(described, step);
    const broken = step.breaks === undefined ? undefined : chosenBreak(breaksOf(draft, this.requests), step.breaks);
    return broken === undefined ? this.#allowed(spelled(draft, step)) : this.#forbidden(broken);
  }

  async #allowed(draft: Draft): Promise<readonly Fault[]> {
    const before = await this.#state(draft);
    const answer = await this.#sent(draft, 'allowed');
    const faults = faultsOf(answer, draft.described.operation, this.requests);
    if (faults.length > 0) return faults;
    if (answer.status < 300) {
      if (draft.method !== 'GET') this.#written = true;
      const isNew = draft.method === 'POST' || draft.method === 'PUT';
      if (isNew) this.#learn(draft, answer);
      if (draft.method === 'DELETE') this.known.forget(draft.path);
      return returned(this, draft, answer);
    }
    if (!this.#mayBeRefused(draft, answer)) {
      return fault('allowed is done', `${answer.status} for what the document allows: ${answer.body}`);
    }
    return this.#unchanged(draft, before);
  }

  async #forbidden({ draft, kind, what, status }: Break): Promise<readonly Fault[]> {
    const before = await this.#state(draft);
    const answer = await this.#sent(draft, `forbidden (${kind}: ${what})`);
    const faults = faultsOf(answer, this.requests.contract.find(draft.method, draft.path), this.requests);
    if (faults.length > 0) return faults;
    const isUnknown = answer.status === 404 && !this.#isKnown(draft);
    if (answer.status !== status && !isUnknown) {
      return fault('forbidden is refused', `${answer.status} in place of ${status} for ${kind}: ${what}`);
    }
    return this.#unchanged(draft, before);
  }

  async #sent(draft: Draft, what: string): Promise<Answer> {
    const outgoing = outgoingOf(draft, this.requests.basePath);
    const answer = await this.send(outgoing);
    const said = [outgoing.body ?? '', ...Object.entries(outgoing.headers).map(([name, value]) => `${name}: ${value}`)];
    const shown = said
      .filter((text) => !text.startsWith('authorization'))
      .join(' ')
      .slice(0, 600);
    this.trace.push(
      `${what}: ${outgoing.method} ${outgoing.target} ${shown}\n    ${answer.status} ${answer.body.slice(0, 300)}`,
    );
    return answer;
  }

  #draft(described: DescribedRequest, step: Step): Draft {
    const { method } = described.operation;
    const type = described.body === undefined ? {} : { 'content-type': described.body.mediaType };
    return {
      described,
      method,
      path: this.#path(described, step.choice),
      query: step.obeys ? obeyingQuery(step.query) : step.query,
      headers: { authorization: `Bearer ${this.token}`, ...type, ...step.headers },
      body: this.#body(step),
    };
  }

  /** The path with ids of what there is, now and then with one that is unknown. */
  #path({ operation, parameters }: DescribedRequest, choice: number): string {
    return operation.path.split('/').reduce((path, segment) => {
      if (!segment.startsWith('{')) return `${path}/${segment}`;
      const ids = choice === 0 ? [] : this.known.in(path);
      const example = parameters.find(({ name }) => segment === `{${name}}`)?.examples[0];
      return `${path}/${ids[choice % ids.length] ?? (typeof example === 'string' ? example : '0')}`;
    });
  }

  /** The body with the ids of live resources where it refers to some. */
  #body({ body, obeys }: Step): Json | undefined {
    if (body === undefined) return undefined;
    const ids = this.known.outermost();
    const linked = mapTexts(body, (text) => {
      const number = linkIn(text);
      return number === undefined ? text : (ids[number % ids.length] ?? '00000000-0000-7000-8000-000000000000');
    });
    return obeys ? obeying(linked, ids) : linked;
  }

  /** Takes the id of a created resource from the member that has the name of its path parameter. */
  #learn({ path, described: { operation }, method }: Draft, answer: Answer): void {
    if (method === 'PUT') {
      const parent = path.slice(0, path.lastIndexOf('/'));
      this.known.learn(parent, path.slice(path.lastIndexOf('/') + 1));
      return;
    }
    for (const { operation: inner } of this.requests.all) {
      const name = parameterBelow(operation, inner);
      const id = name === undefined ? undefined : memberOf(objectOf(answer.body), name);
      if (typeof id === 'string') this.known.learn(path, id);
    }
  }

  #mayBeRefused({ query, headers, body, ...draft }: Draft, answer: Answer): boolean {
    const { status } = answer;
    if (status === 404 && (!this.#isKnown(draft) || this.#isByName(draft))) return true;
    if (status === 501) return ![...draft.described.operation.answers.keys()].some((each) => each.startsWith('2'));
    const scimType = memberOf(objectOf(answer.body), 'scimType');
    // a conflict is with something that was written before
    if (status === 409 && this.#written && hasScimType(draft.described.operation, scimType)) return true;
    return RULES_IN_WORDS.some(
      (rule) =>
        rule.status === status &&
        (rule.scimTypes === undefined || (typeof scimType === 'string' && rule.scimTypes.includes(scimType))) &&
        rule.applies({ operation: draft.described.operation.id, query, headers, body }),
    );
  }

  /** Whether the body names something besides the resource in the path. */
  #isByName({ described }: Pick<Draft, 'described'>): boolean {
    const { properties } = this.requests.resolved(described.body?.schema);
    return isObject(properties) && Object.values(properties).some((each) => isName(this.requests.resolved(each)));
  }

  /** Whether every id in the path is of something that the history made. */
  #isKnown({ described, path }: Pick<Draft, 'described' | 'path'>): boolean {
    const segments = path.split('/');
    return described.operation.path
      .split('/')
      .every((segment, index) => !segment.startsWith('{') || this.known.has(segments.slice(0, index + 1).join('/')));
  }

  async #state(draft: Draft): Promise<string> {
    if (draft.method === 'GET') return '';
    const answers = [];
    for (const path of watched(this.requests, draft))
      answers.push(`${path} ${(await this.exchange('GET', path)).body}`);
    return answers.join('\n');
  }

  async #unchanged(draft: Draft, before: string): Promise<readonly Fault[]> {
    const after = await this.#state(draft);
    return before === after ? [] : fault('refused changes nothing', `before: ${before}\n after: ${after}`);
  }
}

const spelled = (draft: Draft, { spelling }: Step): Draft =>
  draft.body === undefined ? draft : { ...draft, body: respelled(draft.body, spelling) };

/** Whether a 409 has the `scimType` that the document shows for it, or none where it shows none. */
function hasScimType({ answers }: Operation, scimType: Json | undefined): boolean {
  const shown = answers.get('409')?.scimTypes ?? [];
  return scimType === undefined ? shown.length === 0 : typeof scimType === 'string' && shown.includes(scimType);
}

/** The name of the parameter that stands directly below the path of another operation. */
function parameterBelow(outer: Operation, inner: Operation): string | undefined {
  const rest = inner.path.startsWith(`${outer.path}/`) ? inner.path.slice(outer.path.length + 1) : '';
  return /^\{([^{}/]+)\}$/u.exec(rest)?.[1];
}
