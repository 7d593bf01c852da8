import { invalidValue } from '../../protocol/scim-error.js';
import { pathTo, returnPath } from '../layout/path.js';
import type { OpenSession } from '../session/sessions.js';
import { goTo, type Answer, type Visit } from '../visit.js';

const syncPath = (tenantId: string, ...more: string[]) => pathTo(['tenants', tenantId, 'sync', ...more]);

/** How a person came in: whoever signed in with the ADMIN_TOKEN, and not with a token of their own or Entra, is nobody in particular. */
export const enteredBy = ({ tokenId, subject }: OpenSession): { readonly sharedToken: boolean } => ({
  sharedToken: tokenId === undefined && subject === undefined,
});

/** Makes a plan; where the policy approves it, the run is shown. */
export async function makePlan({ parts, param, session }: Visit): Promise<Answer> {
  const entered = enteredBy(session);
  const { plan, started } = await parts.synchronization.plan(param('tenant'), session.name, entered);
  if (started === undefined) return goTo(syncPath(param('tenant'), 'plans', plan.id));
  leave(started.ended);
  return goTo(syncPath(param('tenant'), 'runs', started.run.id));
}

/** Applies a plan, with the number of accounts that lose access where it was typed. */
export async function applyPlan({ parts, param, form, session }: Visit): Promise<Answer> {
  const typed = (form.get('confirm') ?? '').replaceAll(/[\s,.]/gu, '');
  const confirm = typed === '' ? {} : { confirm: numberIn(typed) };
  const { run, ended } = await parts.synchronization.apply(param('tenant'), param('plan'), {
    by: session.name,
    ...enteredBy(session),
    ...confirm,
  });
  leave(ended);
  return goTo(syncPath(param('tenant'), 'runs', run.id));
}

function numberIn(typed: string): number {
  const number = Number(typed);
  if (!Number.isSafeInteger(number)) throw invalidValue('Nothing was applied: what you typed is not a number.');
  return number;
}

/** Discards a plan. */
export async function discardPlan({ parts, param, session }: Visit): Promise<Answer> {
  await parts.synchronization.discard(param('tenant'), param('plan'), session.name);
  return goTo(syncPath(param('tenant'), 'plans', param('plan')));
}

/** Confirms that an account of the backend belongs to the same person. */
export async function confirmLink({ parts, param, form, session }: Visit): Promise<Answer> {
  await parts.synchronization.confirmLink(param('tenant'), param('plan'), Number(form.get('line')), session.name);
  return goTo(returnPath(form.get('next')));
}

/** Asks a run to pause. */
export async function pauseRun({ parts, param, session }: Visit): Promise<Answer> {
  return goTo(syncPath(param('tenant'), 'runs', (await parts.synchronization.pause(param('tenant'), session.name)).id));
}

/** Continues a run. */
export async function resumeRun({ parts, param, session }: Visit): Promise<Answer> {
  const { run, ended } = await parts.synchronization.resume(param('tenant'), { by: session.name });
  leave(ended);
  return goTo(syncPath(param('tenant'), 'runs', run.id));
}

/** Ends a run. */
export async function cancelRun({ parts, param, session }: Visit): Promise<Answer> {
  const { run, ended } = await parts.synchronization.cancel(param('tenant'), { by: session.name });
  leave(ended);
  return goTo(syncPath(param('tenant'), 'runs', run.id));
}

/** Tells a page's script how far a run is, as it goes. */
export async function followRun({ runEvents, param, session, lastEventId }: Visit): Promise<Answer> {
  const watched = { tenantId: param('tenant'), runId: param('run'), session, lastEventId };
  return { kind: 'events', stream: await runEvents.watch(watched) };
}

/** Makes the plan that reverses a run. */
export async function undoRun({ parts, param, session }: Visit): Promise<Answer> {
  const entered = enteredBy(session);
  const plan = await parts.synchronization.undo(param('tenant'), param('run'), session.name, entered);
  return goTo(syncPath(param('tenant'), 'plans', plan.id));
}

/** The run continues after the answer; errors in it are logged where it is worked on. */
function leave(ended: Promise<unknown>): void {
  ended.catch(() => undefined);
}
