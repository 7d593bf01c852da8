import { backendText, isSameBackend, type BackendIdentity, type MirrorOwner } from '../../model/mirror.js';
import type { SyncReader, SyncWriter } from '../../storage/sync-store.js';
import { BackendUnavailable, type Backend } from '../backend.js';
import { AnotherBackend } from '../synchronization.js';

/**
 * Which backend this process works with. One that does not answer is taken for the one that it was at this address; each
 * delivery asks again.
 * @throws BackendUnavailable where only its name could tell
 */
export async function backendAtHand(backend: Backend, owner: MirrorOwner | undefined): Promise<BackendIdentity> {
  try {
    return await backend.identity();
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    const { place } = backend;
    const known = owner?.backend;
    if (known === undefined || known.kind !== place.kind) return place;
    if (known.address === place.address) return known;
    if (known.id !== undefined) throw error;
    return place;
  }
}

/** @throws AnotherBackend if the mirror belongs to another backend, or is being emptied */
export function checkOwner(owner: MirrorOwner | undefined, backend: BackendIdentity): void {
  if (owner === undefined) return;
  if (owner.resetting) throw new AnotherBackend(`${RESETTING} Reset it again to finish that.`);
  if (!isSameBackend(owner.backend, backend)) throw new AnotherBackend(anotherBackend(owner.backend, backend));
}

const RESETTING = 'The reset of the mirror was interrupted.';

/** Why nothing is done, and what a person can choose. */
export function anotherBackend(owner: BackendIdentity, backend: BackendIdentity): string {
  return (
    `The mirror of this tenant belongs to the backend ${backendText(owner)}, and not to ${backendText(backend)}, which is ` +
    'set now. Nothing was sent. Either set the former backend again, or adopt this one if it is the same backend that has ' +
    'moved, or reset the mirror if this one starts anew; verify compares the two first.'
  );
}

/** @throws AnotherBackend as checkOwner; BackendUnavailable */
export async function requireOwner(reader: SyncReader, backend: Backend): Promise<void> {
  const owner = await reader.mirrorOwner.find();
  if (owner !== undefined) checkOwner(owner, await backendAtHand(backend, owner));
}

/** Whether the mirror belongs to the backend of this process, as far as it can be told. */
export async function isOwner(reader: SyncReader, backend: Backend): Promise<boolean> {
  try {
    await requireOwner(reader, backend);
    return true;
  } catch (error) {
    if (error instanceof AnotherBackend || error instanceof BackendUnavailable) return false;
    throw error;
  }
}

/**
 * Notes that the mirror belongs to a backend: the first one that a plan is made against, also for a mirror that was there
 * before backends were noted. While nothing was ever applied, another one may take its place.
 * @param at now, in fixed-width UTC
 * @throws AnotherBackend
 */
export async function claimMirror(
  sync: SyncWriter,
  backend: BackendIdentity,
  { by, at }: { readonly by: string; readonly at: string },
): Promise<void> {
  const owner = await sync.mirrorOwner.find();
  if (owner === undefined || (!isSameBackend(owner.backend, backend) && (await isUntouched(sync, owner)))) {
    await sync.mirrorOwner.put({ backend, since: at, by, resetting: false });
    return;
  }
  checkOwner(owner, backend);
  // It has moved and kept its name, or has given itself one.
  if (backendText(owner.backend) !== backendText(backend)) await sync.mirrorOwner.put({ ...owner, backend });
}

async function isUntouched(sync: SyncWriter, { resetting }: MirrorOwner): Promise<boolean> {
  if (resetting || (await sync.runs.count()) > 0) return false;
  const [account, group] = [
    await sync.mirror.page('User', undefined, 1),
    await sync.mirror.page('Group', undefined, 1),
  ];
  return account.length + group.length === 0;
}
