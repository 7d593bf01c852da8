import { customSchemaJson, type CustomSchemaJson } from '../protocol/custom-schema/definition.js';
import { offenderJson, type OffenderJson } from './schema-refused.js';
import type { RegisteredSchema, Registration } from './schema-registry.js';

// Type aliases, since an interface does not count as a JSON object.

/** A tenant's own schema as the admin API and the command line show it. */
export type RegisteredSchemaJson = {
  schema: CustomSchemaJson;
  state: RegisteredSchema['state'];
  resources: number;
};

/** What is shown of a registration. */
export type RegistrationJson = RegisteredSchemaJson & { droppedCount: number; dropped: OffenderJson[] };

export function registeredSchemaJson({ schema, state, resources }: RegisteredSchema): RegisteredSchemaJson {
  return { schema: customSchemaJson(schema), state, resources };
}

export function registrationJson(registration: Registration): RegistrationJson {
  const { count, named } = registration.dropped;
  return { ...registeredSchemaJson(registration), droppedCount: count, dropped: named.map(offenderJson) };
}
