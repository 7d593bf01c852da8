import type { Contract } from '../document/contract.js';
import type { Outcome } from '../dredd/run-dredd.js';

/** What a test has to say about one thing of many that it looks at. */
export interface Finding {
  /** A scenario of the recordings, an operation of a document, or a property. */
  readonly kind: 'scenario' | 'operation' | 'property';
  readonly name: string;
  /** What was run of it, for people. */
  readonly ran: string;
  /** What went wrong; empty where nothing did. */
  readonly faults: readonly string[];
}

declare module 'vitest' {
  interface TaskMeta {
    /** For the conformance report. */
    findings?: readonly Finding[];
  }
}

/** What a replay says about each scenario. */
export function scenarioFindings(
  exchanges: readonly { readonly id: string; readonly scenario: string }[],
  outcome: Outcome,
): readonly Finding[] {
  return [...new Set(exchanges.map(({ scenario }) => scenario))].sort().map((name) => {
    const ids = exchanges.filter(({ scenario }) => scenario === name).map(({ id }) => id);
    const passed = ids.filter((id) => outcome.passed.includes(id)).length;
    return { kind: 'scenario', name, ran: `${passed} of ${ids.length} exchanges`, faults: faultsAt(ids, outcome) };
  });
}

/**
 * What a walk says about each operation of a document.
 * @param document the name of the document's file
 */
export function operationFindings(document: string, { operations }: Contract, outcome: Outcome): readonly Finding[] {
  const ran = [...outcome.passed, ...outcome.faults.keys()];
  return operations.map(({ id, method, path }) => {
    const requests = ran.filter((each) => each.startsWith(`${id} `));
    const statuses = [...new Set(requests.map((each) => /^\S+ (\d{3})/u.exec(each)?.[1] ?? ''))].sort();
    const what = `${requests.length} requests, answered ${statuses.join(', ')}`;
    return {
      kind: 'operation',
      name: `${document}: ${method} ${path}`,
      ran: what,
      faults: faultsAt(requests, outcome),
    };
  });
}

const faultsAt = (ids: readonly string[], { faults }: Outcome): readonly string[] =>
  ids.flatMap((id) => (faults.has(id) ? [`${id}: ${faults.get(id) ?? ''}`] : []));
