export { atPointer, isArray, isObject, isTextList, mapTexts, parseJson } from '../src/entra-client/json.js';
export type { Json, JsonObject } from '../src/entra-client/json.js';
