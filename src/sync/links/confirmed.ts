import type { ConfirmedLink } from '../../model/match.js';
import type { TrackedLine } from '../../model/line.js';
import type { ResourceSubject } from '../../model/subject.js';
import type { SyncReader, SyncWriter } from '../../storage/sync-store.js';
import type { DraftLine } from '../plan/decide.js';

type Confirmable = DraftLine & Pick<TrackedLine, 'confirmedBy'>;

/** The lines of a new plan, with who has confirmed the same link in an earlier one. */
export async function withConfirmations(
  reader: SyncReader,
  lines: readonly DraftLine[],
): Promise<readonly Confirmable[]> {
  const waiting = lines.filter(({ needsConfirmation }) => needsConfirmation === true);
  if (waiting.length === 0) return lines;
  const confirmed = new Map<string, string>();
  for (const subject of ['account', 'group'] as const) {
    const ids = waiting.filter((line) => line.subject === subject).map(({ resourceId }) => resourceId);
    for (const link of await reader.confirmedLinks.of(subject, ids)) confirmed.set(keyOf(link), link.by);
  }
  return lines.map((line) => {
    const by = line.needsConfirmation === true ? confirmed.get(keyOf(line)) : undefined;
    return by === undefined ? line : { ...line, confirmedBy: by };
  });
}

/** Keeps, for later plans, that the accounts of these lines belong to their users and groups. */
export async function keepConfirmed(sync: SyncWriter, lines: readonly TrackedLine[], by: string): Promise<void> {
  await sync.confirmedLinks.put(
    lines.flatMap(({ subject, resourceId, accountId }): readonly ConfirmedLink[] =>
      accountId === undefined || subject === 'membership' ? [] : [{ subject, resourceId, accountId, by }],
    ),
  );
}

/** Another account is another link. */
const keyOf = ({
  subject,
  resourceId,
  accountId = '',
}: {
  readonly subject: ResourceSubject | 'membership';
  readonly resourceId: string;
  readonly accountId?: string;
}): string => `${subject} ${resourceId} ${accountId}`;
