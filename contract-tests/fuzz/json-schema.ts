import Ajv from 'ajv';
import { isObject, parseJson, type JsonObject } from '../../tools/entra-client/json.js';

type Validator = (value: unknown) => readonly string[];

const ajv = new Ajv({ logger: false });
const compiled = new Map<string, Validator>();

/** What is wrong with a value by a JSON Schema of draft-07, given as text; empty where nothing is. */
export function faultsBySchema(schema: string, value: unknown): readonly string[] {
  const known = compiled.get(schema);
  if (known !== undefined) return known(value);
  const validate = ajv.compile(parsed(schema));
  const validator: Validator = (candidate) =>
    validate(candidate) === true
      ? []
      : (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath === '' ? 'it' : dataPath} ${message ?? ''}`);
  compiled.set(schema, validator);
  return validator(value);
}

function parsed(schema: string): JsonObject {
  const value = parseJson(schema);
  if (!isObject(value)) throw new Error('a schema is no object');
  return value;
}
