import type { JSX } from 'preact';
import type { Plan } from '../../model/plan.js';
import { affectedBy } from '../../sync/json.js';
import { isMaker } from '../../sync/plan-review/second-person.js';
import { Field, For, PostForm } from '../layout/form.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { enteredBy } from './actions.js';

/** Who has to apply a plan: anybody, somebody other than its maker, or, for the maker, somebody else. */
type Who = 'anybody' | 'second' | 'else';

/**
 * Applying or discarding an open plan, for those who may.
 * @param dangerous how many lines need a person's eyes: only then the guard may ask for a number
 */
export async function decisionOf(
  { parts, param, session }: Visit,
  plan: Plan,
  dangerous: number,
): Promise<JSX.Element> {
  const guarded = await parts.synchronization.secondPerson(param('tenant'), plan.id);
  const own = isMaker(plan, { by: session.name, ...enteredBy(session) });
  const who = guarded ? (own ? 'else' : 'second') : 'anybody';
  return <Decision tenantId={param('tenant')} plan={plan} asks={affectedBy(plan) + dangerous > 0} who={who} />;
}

function Decision({
  tenantId,
  plan,
  asks,
  who,
}: {
  readonly tenantId: string;
  readonly plan: Plan;
  readonly asks: boolean;
  readonly who: Who;
}): JSX.Element {
  const here = ['tenants', tenantId, 'sync', 'plans', plan.id];
  const affected = affectedBy(plan).toLocaleString('en-US');
  return (
    <For role="operator">
      <section aria-labelledby="decide">
        <h2 id="decide">Apply or discard</h2>
        {who === 'anybody' ? null : <p class="notice">{who === 'else' ? SOMEBODY_ELSE : secondOf(plan)}</p>}
        {who === 'else' ? null : (
          <PostForm to={pathTo([...here, 'apply'])}>
            {asks ? (
              <Field
                label={`Type how many accounts lose access: ${affected}`}
                hint="The policy's guard asks for it where the plan goes beyond its limits."
                name="confirm"
                inputMode="numeric"
                autocomplete="off"
              />
            ) : null}
            <button>Apply exactly this plan</button>
          </PostForm>
        )}
        <PostForm to={pathTo([...here, 'discard'])}>
          <button class="danger">Discard it</button>
        </PostForm>
      </section>
    </For>
  );
}

const SOMEBODY_ELSE =
  'The plan goes beyond the guard and counts as yours, so that somebody else has to apply it: send them the address of this page. ' +
  'Everybody who signed in with the ADMIN_TOKEN counts as one person; they need an admin token of their own.';

const secondOf = ({ by }: Plan): string =>
  `The plan goes beyond the guard and ${by} made it: you are the second person, who reviews it before it is applied.`;
