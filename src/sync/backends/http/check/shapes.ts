import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** What an operation answers. */
export type AnswerShape = 'Capabilities' | 'BatchAnswer' | 'MatchAnswer' | 'ListingAnswer';

/** Holds answers to the schemas of openapi/backend.yaml; members that they do not name pass. */
export class Shapes {
  readonly #ajv = new Ajv({ strict: false });

  constructor() {
    addFormats.default(this.#ajv);
    const text = readFileSync(new URL('../../../../../generated/backend.json', import.meta.url), 'utf8');
    this.#ajv.addSchema(JSON.parse(text) as object, 'backend');
  }

  /** What is wrong with an answer, such as `outcomes/0/state must be string`; undefined if nothing is. */
  fault(shape: AnswerShape, answer: unknown): string | undefined {
    const validate: ValidateFunction | undefined = this.#ajv.getSchema(`backend#/components/schemas/${shape}`);
    if (validate === undefined) throw new Error(`there is no schema ${shape}`);
    if (validate(answer)) return undefined;
    const { instancePath = '', message = '' } = validate.errors?.[0] ?? {};
    return `${instancePath.slice(1)} ${message}`.trim();
  }
}
