import type { JSX } from 'preact';
import type { SetupVisit } from '../../tenants/setup-links.js';
import { TokenForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts, State, Time } from '../layout/parts.js';
import { setupPath } from '../layout/path.js';
import type { Progress } from './progress.js';
import { SETUP_STEPS, type SetupStep } from './steps.js';

/** What the page is written from. */
interface SetupView extends SetupVisit {
  readonly progress: Progress;
  readonly tenantUrl: string;
}

/** The steps of setting Entra up, with how far each is. */
export function setupPage(view: SetupView): Page {
  const { tenant, link, progress, tenantUrl, formToken } = view;
  const done = SETUP_STEPS.filter(({ number }) => progress.ticks[number] !== undefined).length;
  const body = (
    <>
      <p>
        Nine steps in the Microsoft Entra admin center. Steps that leave a sign here tick themselves; you tick the
        others.
      </p>
      <h2>What you enter in Entra</h2>
      <Facts rows={[['Tenant URL', <Copyable label="the Tenant URL" text={tenantUrl} />]]} />
      <TokenForm to={setupPath('token')} formToken={formToken}>
        <p>
          The secret token is shown once. Showing it again makes a new one, and the one before ends within 24 hours.
        </p>
        <button>Show the secret token</button>
      </TokenForm>
      <TokenForm to={setupPath('client')} formToken={formToken}>
        <p>
          Or choose OAuth2 client credentials in Entra, in place of bearer authentication: it takes a client ID and a
          client secret, which is shown once. Showing it again makes another one, and those before end within 24 hours.
        </p>
        <button>Show an OAuth client</button>
      </TokenForm>
      {/* Where there is script, htmx looks every few seconds for what has arrived. */}
      <div id="steps" hx-get={setupPath()} hx-trigger="every 5s" hx-select="#steps" hx-swap="outerHTML">
        <h2>{`${done} of ${SETUP_STEPS.length} steps are done`}</h2>
        {progress.warning === undefined ? null : (
          <p class="notice warn" role="alert">
            {progress.warning}
          </p>
        )}
        <ol class="steps">
          {SETUP_STEPS.map((step) => (
            <Step key={step.number} step={step} progress={progress} formToken={formToken} />
          ))}
        </ol>
        <p>
          <Link to={setupPath()} button>
            Look again
          </Link>
        </p>
      </div>
      <p>
        <small>
          This page can be opened until <Time at={link.expires} />.
        </small>
      </p>
    </>
  );
  return { title: `Connect ${tenant.name} with Entra`, body };
}

/** The secret token, this once. */
export function tokenPage({ tenantUrl, secret }: { readonly tenantUrl: string; readonly secret: string }): Page {
  const body = (
    <>
      <p class="notice">
        The secret token is shown this once. Enter it in Entra now, without the word Bearer in front of it.
      </p>
      <Facts
        rows={[
          ['Tenant URL', <Copyable label="the Tenant URL" text={tenantUrl} />],
          ['Secret token', <Copyable label="the secret token" text={secret} />],
        ]}
      />
      <p>
        <Link to={setupPath()} button>
          Continue with the steps
        </Link>
      </p>
    </>
  );
  return { title: 'The secret token', body };
}

/** The OAuth client, with its secret this once. */
export function clientPage({
  tenantUrl,
  tokenUrl,
  clientId,
  clientSecret,
}: {
  readonly tenantUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}): Page {
  const body = (
    <>
      <p class="notice">
        The client secret is shown this once. In Entra, choose “OAuth2 client credentials” and enter all four now.
      </p>
      <Facts
        rows={[
          ['Tenant URL', <Copyable label="the Tenant URL" text={tenantUrl} />],
          ['Token endpoint', <Copyable label="the token endpoint" text={tokenUrl} />],
          ['Client identifier', <Copyable label="the client identifier" text={clientId} />],
          ['Client secret', <Copyable label="the client secret" text={clientSecret} />],
        ]}
      />
      <p>
        <Link to={setupPath()} button>
          Continue with the steps
        </Link>
      </p>
    </>
  );
  return { title: 'The OAuth client', body };
}

/** The page for a link that is not valid. */
export const closedPage: Page = {
  title: 'This link is not valid',
  body: (
    <p class="notice warn" role="alert">
      The link is mistyped, has ended, or was replaced. Open the whole link again as FlexWhere sent it, or ask FlexWhere
      to renew it: then it works again under the same address.
    </p>
  ),
};

function Step({
  step,
  progress,
  formToken,
}: {
  readonly step: SetupStep;
  readonly progress: Progress;
  readonly formToken: string;
}): JSX.Element {
  const { number, title, today, older, byHand } = step;
  const at = progress.ticks[number];
  const note = progress.notes.get(number);
  return (
    <li>
      <h3>
        {title} <State tone={at === undefined ? 'waiting' : 'good'}>{at === undefined ? 'open' : 'done'}</State>
      </h3>
      <div class="portals">
        <Portal name={older === undefined ? undefined : 'Today’s portal'} text={today} />
        {older === undefined ? null : <Portal name="Older portal" text={older} />}
      </div>
      {note === undefined ? null : <p>{note}</p>}
      {byHand ? (
        <TokenForm to={setupPath('steps')} formToken={formToken}>
          <input type="hidden" name="step" value={String(number)} />
          <button name="done" value={at === undefined ? 'yes' : 'no'}>
            {at === undefined ? `Step ${number} is done` : `Step ${number} is not done yet`}
          </button>
        </TokenForm>
      ) : null}
    </li>
  );
}

function Portal({ name, text }: { readonly name: string | undefined; readonly text: string }): JSX.Element {
  return (
    <p>
      {name === undefined ? null : <strong>{name}: </strong>}
      {text}
    </p>
  );
}
