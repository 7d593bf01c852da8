import type { JSX } from 'preact';
import type { Plan } from '../../model/plan.js';
import { invalidValue } from '../../protocol/scim-error.js';
import type { HoldCause } from '../../sync/holding.js';
import type { SelectionText } from '../../sync/line-selection.js';
import { Field, For, PostForm } from '../layout/form.js';
import { pathTo } from '../layout/path.js';
import { goTo, type Answer, type Visit } from '../visit.js';

/** Holds all lines of a plan that a filter selects, which the server finds in the plan as it was read. */
export function HoldMany({
  tenantId,
  plan,
  filters,
}: {
  readonly tenantId: string;
  readonly plan: Plan;
  readonly filters: SelectionText;
}): JSX.Element {
  return (
    <For role="operator">
      <details>
        <summary>Hold many lines</summary>
        <PostForm to={pathTo(['tenants', tenantId, 'sync', 'plans', plan.id, 'hold'])}>
          <input type="hidden" name="digest" value={plan.digest} />
          <Field
            label="Lines that match"
            hint={'A filter such as: kind eq "deactivate" and name ew "@contoso.example"'}
            name="filter"
            value={filterOf(filters)}
            required
            maxLength={2_000}
            autocomplete="off"
          />
          <Field label="Why" name="reason" required maxLength={500} autocomplete="off" />
          <HoldEnd />
          <button>Hold all that match</button>
        </PostForm>
      </details>
    </For>
  );
}

/** When a hold ends by itself, if it does. */
export function HoldEnd(): JSX.Element {
  return (
    <>
      <Field
        label="Until"
        hint="Leave it empty for a hold that lasts until somebody releases it."
        name="until"
        type="date"
      />
      <p>
        <label>
          <input type="checkbox" name="until-changed" value="yes" /> or until Entra changes it
        </label>
      </p>
    </>
  );
}

/** The cause of a hold, from its form. @throws ScimError 400 for a date that is none */
export function causeIn(form: URLSearchParams, by: string): HoldCause {
  const until = form.get('until') ?? '';
  if (until !== '' && Number.isNaN(Date.parse(until))) throw invalidValue('Nothing is held: “Until” is no date.');
  return {
    by,
    reason: form.get('reason') ?? '',
    ...(until === '' ? {} : { until: new Date(until).toISOString() }),
    ...(form.has('until-changed') ? { untilChanged: true } : {}),
  };
}

/** Holds what the lines of a plan are about that match. @throws ScimError 409 for a plan that is another by now */
export async function holdMany({ parts, param, form, session }: Visit): Promise<Answer> {
  const lines = { digest: form.get('digest') ?? '', filter: form.get('filter') ?? '' };
  await parts.synchronization.holdLines(param('tenant'), param('plan'), lines, causeIn(form, session.name));
  return goTo(pathTo(['tenants', param('tenant'), 'sync', 'holds']));
}

/** What is shown, as a filter. */
const filterOf = ({ subject, kind }: SelectionText): string =>
  [
    ...(subject === undefined ? [] : [`subject eq "${subject}"`]),
    ...(kind === undefined || kind.includes(',') ? [] : [`kind eq "${kind}"`]),
  ].join(' and ');
