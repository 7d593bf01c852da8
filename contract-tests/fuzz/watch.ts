import type { Requests } from '../document/requests.js';
import type { Draft } from './draft.js';

const WRITING = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The paths whose answers show what a request may have changed: everything that can be read with the ids in its path, where
 * something can be written.
 */
export function watched(requests: Requests, draft: Draft): readonly string[] {
  const ids = idsIn(draft);
  return requests.all
    .filter(({ operation }) => operation.method === 'GET' && operation.answers.has('200'))
    .filter(({ operation }) => isWritten(requests, operation.path))
    .map(({ operation }) =>
      operation.path.replaceAll(/\{([^{}]+)\}/gu, (whole, name: string) => ids.get(name) ?? whole),
    )
    .filter((path) => !path.includes('{'))
    .filter((path) => path.split('/').length <= 2 || draft.path.startsWith(path) || path.startsWith(draft.path));
}

function idsIn({ described, path }: Draft): ReadonlyMap<string, string> {
  const segments = path.split('/');
  const named = described.operation.path.split('/').map((segment, index) => [segment, segments[index] ?? ''] as const);
  const parameters = named.filter(([segment]) => segment.startsWith('{'));
  return new Map(parameters.map(([segment, id]) => [segment.slice(1, -1), id]));
}

const isWritten = (requests: Requests, path: string): boolean =>
  requests.all.some(
    ({ operation }) =>
      WRITING.includes(operation.method) && (operation.path === path || operation.path.startsWith(`${path}/{`)),
  );
