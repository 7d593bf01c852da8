import { pageSize } from '../../storage/page-size.js';
import type { StoredResource } from '../../model/resource.js';
import type { Tenant } from '../../model/tenant.js';
import type { SchemaRegistration } from '../../model/tenant-schemas.js';
import { conform, type Conformed, type Misfit } from '../../protocol/custom-schema/conform.js';
import { withoutDuplicates } from '../../protocol/custom-schema/duplicate.js';
import { sameResource } from '../../protocol/equality.js';
import { conflict } from '../../protocol/scim-error.js';
import { SchemasChanged } from '../../storage/schemas-changed.js';
import type { DirectoryWriter } from '../../storage/storage.js';
import { contentAsIs } from '../resources/content.js';
import { resourceOf } from '../resources/representation.js';
import { scopeOf, type Provisioning } from '../scope.js';
import { findSchema } from './plan.js';
import { Offenders, SchemaRefused, type Offender } from './refused.js';
import { stagedUnder } from './survey-values.js';

/** How many resources a unit of work takes over: others get their turn in between. */
const PIECE = pageSize(50);

/** A registration whose definition writes use already. */
export interface Begun {
  readonly registration: SchemaRegistration;
  /** The tenant as it is now. @throws ScimError 404 */
  readonly tenant: () => Promise<Tenant>;
}

/**
 * Takes every staged resource over into the schema that is being registered, a piece at a time, each a unit of work.
 * Resources that are created or changed meanwhile conform to it by themselves.
 * @returns the values that were discarded
 * @throws SchemaRefused for a value that does not fit and is not to be discarded; ScimError 409 if another attempt
 * has taken over
 */
export async function takeOverValues(
  provisioning: Pick<Provisioning, 'storage' | 'now'>,
  { registration, tenant }: Begun,
): Promise<Offenders> {
  const dropped = new Offenders();
  const { id: tenantId } = await tenant();
  for await (const page of stagedUnder(provisioning.storage, tenantId, registration.schema)) {
    for (let at = 0; at < page.length; at += PIECE.items) {
      dropped.add(await takeOverPiece(provisioning, { registration, tenant }, page.slice(at, at + PIECE.items)));
    }
  }
  return dropped;
}

async function takeOverPiece(
  { storage, now }: Pick<Provisioning, 'storage' | 'now'>,
  begun: Begun,
  piece: readonly StoredResource[],
): Promise<readonly Offender[]> {
  for (;;) {
    const tenant = await begun.tenant();
    checkAttempt(tenant, begun.registration);
    const work = (directory: DirectoryWriter): Promise<readonly Offender[]> =>
      takeOverEach(directory, tenant, begun.registration, piece, now().toISOString());
    try {
      return await storage.write(tenant.id, work, tenant.schemas.revision);
    } catch (error) {
      if (!(error instanceof SchemasChanged)) throw error;
    }
  }
}

/** @throws ScimError 409 if another attempt to register the schema has begun, or it was removed */
export function checkAttempt({ schemas }: Tenant, { schema, attempt }: SchemaRegistration): void {
  if (findSchema(schemas, schema.id)?.registering?.attempt !== attempt) {
    throw conflict(
      `Somebody else has registered or removed ${schema.id} in the meantime. Check its current definition.`,
    );
  }
}

async function takeOverEach(
  directory: DirectoryWriter,
  tenant: Tenant,
  registration: SchemaRegistration,
  piece: readonly StoredResource[],
  at: string,
): Promise<readonly Offender[]> {
  const offenders: Offender[] = [];
  for (const { type, id } of piece) {
    const stored = await directory.findForUpdate(type, id);
    const misfits = stored ? await takeOver(directory, tenant, registration, stored, at) : [];
    offenders.push(...misfits.map((misfit) => ({ resourceType: type, id, ...misfit })));
  }
  return offenders;
}

async function takeOver(
  directory: DirectoryWriter,
  tenant: Tenant,
  { schema, dropInvalid }: SchemaRegistration,
  stored: StoredResource,
  at: string,
): Promise<readonly Misfit[]> {
  const type = scopeOf(tenant).types[stored.type];
  const before = resourceOf(stored);
  let conformed: Conformed = conform(before, schema, type);
  let raiseAt: string | undefined = at;
  for (;;) {
    const { resource, misfits } = conformed;
    if (misfits.length > 0 && !dropInvalid) throw refused(schema.id, stored, misfits);
    const changedAt = sameResource(before, resource) ? undefined : raiseAt;
    const outcome = await directory.restate(stored.type, stored.id, changedAt, contentAsIs(resource, type));
    if (changedAt !== undefined) raiseAt = undefined;
    if (outcome === 'done') return misfits;
    const rest = withoutDuplicates(resource, [outcome.value, ...(outcome.others ?? [])], schema, type);
    conformed = { ...rest, misfits: [...misfits, ...rest.misfits] };
  }
}

function refused(urn: string, { type, id }: StoredResource, misfits: readonly Misfit[]): SchemaRefused {
  const offenders = new Offenders();
  offenders.add(misfits.map((misfit) => ({ resourceType: type, id, ...misfit })));
  return new SchemaRefused(urn, offenders);
}
