import type { JsonObject, JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';

/** What a tenant's settings say about Entra's dialect. */
export interface DialectSettings {
  /** Whether `replace` on `members` adds. */
  readonly groupReplaceAdds?: boolean;
}

/** Where an operation stands. */
export interface OperationContext {
  readonly type: ResourceType;
  readonly settings: DialectSettings;
}

/** Where a value stands. */
export interface ValueContext {
  readonly message: 'patch' | 'resource';
  /** Undefined where no schema knows the attribute. */
  readonly attribute: Attribute | undefined;
  /** Whether one value is meant: of a single-valued attribute, an element, a sub-attribute. */
  readonly single: boolean;
}

/**
 * One deviation from the RFC that is accepted from Entra. A rule rewrites what it is for into standard form, and leaves
 * everything else as it is; one without functions tells the PATCH code what a standard form means.
 */
export interface EntraRule {
  readonly name: string;
  /** `validator` where no source has Entra's provisioning service itself sending this, but validators or single reports do. */
  readonly sender: 'entra' | 'validator';
  /** Why it is accepted, in a sentence for the administrator who reads the activity log. */
  readonly why: string;
  /** The operations that one operation stands for; undefined when the rule is not for it. Names are canonical. */
  readonly operation?: (operation: JsonObject, context: OperationContext) => readonly JsonObject[] | undefined;
  /** What a value stands for; the value itself when the rule is not for it. */
  readonly value?: (value: JsonValue, context: ValueContext) => JsonValue;
  /** What the body of a create or a PUT stands for; undefined when the rule is not for it. */
  readonly resource?: (body: JsonObject, type: ResourceType) => JsonObject | undefined;
}
