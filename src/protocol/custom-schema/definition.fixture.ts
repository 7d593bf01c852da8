import type { JsonObject, JsonValue } from '../json.js';

export const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';

export const schema = (...attributes: JsonValue[]): JsonObject => ({ id: URN, attributes });

export const complex = (...subAttributes: JsonValue[]): JsonObject => ({
  name: 'desk',
  type: 'complex',
  subAttributes,
});
