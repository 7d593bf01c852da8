import type { Json } from '../../json.js';
import type { Dialect, Kind, Sender, Source, SourcedExchange } from '../../recording/exchange.js';
import type { Observed } from '../observed.js';
import { replaceTarget } from '../target.js';
import { expectedAnswer } from './expected-answer.js';
import type { Replacements } from './replacements.js';
import { replaceBody } from './request-body.js';
import { replaceHeaders, tokenOf } from './request-headers.js';

/** Whose traffic is recorded, and so how sure it is that Entra sends it. */
export interface Provenance {
  readonly sender: Sender;
  readonly confidence: Kind;
  readonly sources: readonly Source[];
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The exchange of what was observed, without tokens, personal data and ids. */
export function exchangeOf(
  observed: Observed,
  { scenario, number }: { readonly scenario: string; readonly number: number },
  provenance: Provenance,
  replacements: Replacements,
): SourcedExchange {
  const method = METHODS.includes(observed.method) ? observed.method : 'REPLACED';
  const path = replaceTarget(observed.path, tokenOf(observed), replacements);
  const body = replaceBody(observed.body, replacements);
  return {
    id: `${scenario}-${String(number).padStart(4, '0')}`,
    scenario,
    step: `${method} ${endpointOf(path)}, answered ${observed.answer.status}`,
    dialect: dialectOf(body),
    ...provenance,
    request: { method, path, headers: replaceHeaders(observed), ...(body === undefined ? {} : { body }) },
    ...expectedAnswer(observed.path, observed.answer, replacements),
  };
}

const endpointOf = (path: string): string => /^\/[.\w]*/.exec(path)?.[0] ?? '/';

/** Entra without the flag writes Add, Replace and Remove; only a PATCH tells. */
function dialectOf(body: Json | undefined): Dialect {
  const text = JSON.stringify(body ?? null);
  if (/"op":"[A-Z]/.test(text)) return 'legacy';
  return /"op":"[a-z]/.test(text) ? 'aadOptscim062020' : 'both';
}
