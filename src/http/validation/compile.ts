import type { Ajv, ValidateFunction } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Document } from 'openapi-backend';
import { digestOf } from './digest.js';
import { readApi } from './documented-api.js';

/**
 * The validators that openapi-backend makes for the requests of a document, as the source of a CommonJS module, so that a
 * server need not make them: that takes 30 ms each, the module a fraction of a millisecond.
 *
 * It exports `digest`, see digestOf, and `validators`: by operationId, a function that makes the operation's validators.
 * @param json the text of generated/NAME.json
 */
export async function compileValidators(json: string): Promise<string> {
  const made = new Map<ValidateFunction, Ajv>();
  const api = await readApi(JSON.parse(json) as Document, (validate, ajv) => made.set(validate, ajv));
  const operations = api.router.getOperations().map(({ operationId = '' }) => {
    const sources = api.validator.getRequestValidatorsForOperation(operationId).map((validate) => {
      const ajv = made.get(validate);
      if (ajv === undefined) throw new Error(`${operationId}: a validator was made that is not known`);
      return `(function (module) {${standalone.default(ajv, validate)}\nreturn module.exports;\n})({ exports: {} })`;
    });
    return `exports.validators[${JSON.stringify(operationId)}] = () => [\n${sources.join(',\n')}];\n`;
  });
  return `// Made by make build of an OpenAPI document; see src/http/validation/compile.ts.
exports.digest = ${JSON.stringify(digestOf(json))};
exports.validators = {};
${operations.join('')}`;
}
