// First, since code that is compiled before has no counters.
import { describe, expect, it } from 'vitest';
import { countSteps } from './testing/count-steps.js';
import { canonicalizeResource } from './protocol/canonical/canonicalize.js';
import { canonicalNames } from './protocol/canonical/names.js';
import { normalizePatch, normalizeResource } from './protocol/entra/rules.js';
import { parseFilter } from './protocol/filter/parse-filter.js';
import type { JsonObject } from './protocol/json.js';
import { planPatch } from './protocol/patch/apply-patch.js';
import { parseProjection, project } from './protocol/projection.js';
import { USER } from './protocol/schemas/resource-types.js';
import { contentOf } from './provisioning/resources/content.js';
import { person } from './provisioning/seed/person.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const WHOLE = parseProjection({}, USER);
const somebody = person(1, 1);

function patched(...Operations: readonly JsonObject[]): JsonObject {
  const { message } = normalizePatch(canonicalNames({ schemas: [PATCH_OP], Operations }, USER), USER);
  return planPatch(message, USER, { operations: 1_000 }).apply(somebody);
}

interface Row {
  readonly work: string;
  readonly run: () => unknown;
  /** How many steps it takes at most: blocks of our own code entered, and elements gone through. */
  readonly most: number;
}

/**
 * What the rules of SCIM may cost where requests come in by the million. A number that can be lowered is to be lowered; one
 * that has to be raised is a decision: a thousand steps take some tens of microseconds.
 */
const TABLE: readonly Row[] = [
  {
    work: 'reading the filter of a lookup',
    run: () => parseFilter('userName eq "a@contoso.example"', USER),
    most: 270,
  },
  { work: 'answering with a whole user', run: () => project(somebody, WHOLE, USER), most: 890 },
  {
    work: 'taking a new user',
    run: () => canonicalizeResource(normalizeResource(canonicalNames(somebody, USER), USER).message, USER),
    most: 5_700,
  },
  { work: 'preparing a user for storage', run: () => contentOf(somebody, USER), most: 1_180 },
  {
    work: 'a PATCH in the legacy dialect',
    run: () =>
      patched({ op: 'Replace', path: 'title', value: 'Nurse' }, { op: 'Replace', path: 'active', value: 'False' }),
    most: 3_500,
  },
  {
    work: 'a PATCH with aadOptscim062020',
    run: () =>
      patched(
        { op: 'replace', path: 'title', value: 'Nurse' },
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' },
      ),
    most: 4_000,
  },
];

describe('the steps of a request', () => {
  it.each(TABLE)('are for $work as few as they were', ({ run, most }) => {
    // What is prepared once, such as the names of a schema, does not count.
    run();
    const steps = countSteps(() => void run(), '/src/');
    expect(steps).toBeLessThanOrEqual(most);
    expect(steps).toBeGreaterThan(0);
  });
});
