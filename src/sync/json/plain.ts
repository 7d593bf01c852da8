import type { JsonValue } from '../../protocol/json.js';

/** A model type as the JSON object that it is: an interface by itself does not count as one. */
export type Plain<T> = T extends JsonValue
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Plain<Element>[]
    : { readonly [Name in keyof T]: Plain<T[Name]> };
