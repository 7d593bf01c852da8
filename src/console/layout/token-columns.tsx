import { For } from './form.js';
import { Link } from './link.js';
import { Time, type Column } from './parts.js';
import type { ConsolePath } from './path.js';

interface AnyToken {
  readonly id: string;
  readonly label: string;
  readonly lastUsed: string | undefined;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
}

/** The last columns of a table of tokens: when each was used and ends, and the way to revoke it, for the role of admin. */
export const lastColumns = <Token extends AnyToken>(pathOf: (id: string) => ConsolePath): readonly Column<Token>[] => [
  { name: 'Last used', cell: ({ lastUsed }) => <Time at={lastUsed} /> },
  { name: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
  {
    name: 'Revoke',
    cell: ({ id, label, revokedAt }) =>
      revokedAt === undefined ? (
        <For role="admin">
          <Link to={pathOf(id)}>Revoke {label}</Link>
        </For>
      ) : null,
  },
];
