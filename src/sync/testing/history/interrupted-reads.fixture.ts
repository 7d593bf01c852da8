import type { Storage } from '../../../storage/storage.js';
import type { SyncReader } from '../../../storage/sync-store.js';

/** Lets somebody else write behind each read that a plan is made from. */
export function interruptedReads(storage: Storage, next: () => Promise<void>): Storage['sync'] {
  const after = async <T>(read: Promise<T>): Promise<T> => {
    const found = await read;
    await next();
    return found;
  };
  return (tenantId) => {
    const { staged, mirrorMemberships, ...rest } = storage.sync(tenantId);
    const reader: SyncReader = {
      ...rest,
      staged: {
        page: (...given) => after(staged.page(...given)),
        byIds: (...given) => after(staged.byIds(...given)),
        byUserNames: (...given) => staged.byUserNames(...given),
        memberships: (...given) => after(staged.memberships(...given)),
      },
      mirrorMemberships: {
        page: (...given) => mirrorMemberships.page(...given),
        among: (...given) => mirrorMemberships.among(...given),
        countsOf: (...given) => mirrorMemberships.countsOf(...given),
        toAdd: (...given) => after(mirrorMemberships.toAdd(...given)),
        toRemove: (...given) => after(mirrorMemberships.toRemove(...given)),
      },
    };
    return reader;
  };
}
