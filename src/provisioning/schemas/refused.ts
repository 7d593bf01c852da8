import type { Misfit } from '../../protocol/custom-schema/conform.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';

/** A staged value that does not fit a schema, and whose it is. */
export interface Offender extends Misfit {
  readonly resourceType: ResourceTypeName;
  readonly id: string;
}

/** How many offenders are named. */
const NAMED = 100;

/** Counts offenders, and remembers the first 100. */
export class Offenders {
  readonly #named: Offender[] = [];
  #count = 0;

  add(offenders: readonly Offender[]): void {
    this.#count += offenders.length;
    this.#named.push(...offenders.slice(0, NAMED - this.#named.length));
  }

  get count(): number {
    return this.#count;
  }

  get named(): readonly Offender[] {
    return this.#named;
  }
}

/** 409: staged values do not fit the schema, and are not to be discarded. */
export class SchemaRefused extends ScimError {
  readonly offenders: Offenders;

  constructor(urn: string, offenders: Offenders) {
    const [values, them] =
      offenders.count === 1 ? ['One staged value does', 'it'] : [`${offenders.count} staged values do`, 'them'];
    super(
      409,
      `${values} not fit the schema ${urn}, and it was not registered. Correct ${them} or the schema, or register it with dropInvalid (--drop-invalid), which discards ${them}.`,
    );
    this.name = 'SchemaRefused';
    this.offenders = offenders;
  }

  override toJSON(): JsonObject {
    return {
      ...super.toJSON(),
      offenderCount: this.offenders.count,
      offenders: this.offenders.named.map(offenderJson),
    };
  }
}

/** An offender as the admin API and the command line show it. */
export function offenderJson({ resourceType, id, attribute, problem }: Offender): OffenderJson {
  return { resourceType, id, attribute, problem };
}

// A type alias, since an interface does not count as a JSON object.
/** A staged value that does not fit a schema, as JSON. */
export type OffenderJson = { resourceType: ResourceTypeName; id: string; attribute: string; problem: string };
