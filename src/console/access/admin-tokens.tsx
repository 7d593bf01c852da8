import { shortName } from '../../model/access/person.js';
import type { JSX } from 'preact';
import { isAdminTokenLive, type AdminToken } from '../../model/access/admin-token.js';
import { ROLES } from '../../model/access/role.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts, State, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { lastColumns } from '../layout/token-columns.js';
import { goTo, show, viewed, type Answer, type Route, type Visit } from '../visit.js';

/** The tokens for the admin API and the console. */
export const ADMIN_TOKEN_ROUTES: readonly Route[] = [
  viewed('/admin-tokens', adminTokensPage),
  { method: 'POST', path: '/admin-tokens', role: 'admin', fresh: true, answer: createAdminToken },
  {
    method: 'GET',
    path: '/admin-tokens/:token/revoke',
    role: 'admin',
    answer: async (visit) => show(await revokePage(visit)),
  },
  { method: 'POST', path: '/admin-tokens/:token/revoke', role: 'admin', fresh: true, answer: revokeAdminToken },
];

const here = pathTo(['admin-tokens']);

async function adminTokensPage({ parts }: Visit): Promise<Page> {
  const tokens = await parts.adminTokens.list();
  const body = (
    <>
      <p>
        Each is for one person or program, whom the audit trail names by its label. Whoever has one signs in with it, or
        sends it to the admin API.
      </p>
      <Tokens tokens={[...tokens].reverse()} now={parts.now().toISOString()} />
      <For role="admin">
        <h2>Make a token</h2>
        <PostForm to={here}>
          <Field
            label="Label"
            hint="The person or the program that gets it."
            name="label"
            required
            maxLength={200}
            autocomplete="off"
          />
          <RoleField />
          <Field
            label="Expires"
            hint="Leave it empty for a token that is valid until it is revoked."
            name="expires"
            type="date"
          />
          <button>Make a token</button>
        </PostForm>
      </For>
    </>
  );
  return { title: 'Admin tokens', body };
}

function RoleField(): JSX.Element {
  return (
    <p class="field">
      <label for="role">Role</label>
      <small id="role-hint">A viewer looks, an operator also works with plans, an admin may do everything.</small>
      <select id="role" name="role" aria-describedby="role-hint">
        {ROLES.map((role) => (
          <option key={role}>{role}</option>
        ))}
      </select>
    </p>
  );
}

function Tokens({ tokens, now }: { readonly tokens: readonly AdminToken[]; readonly now: string }): JSX.Element {
  return (
    <Table
      caption="The latest first. Revoking one takes effect at once, and ends the sessions that were signed in with it."
      rows={tokens}
      empty="There is none: operators sign in with the ADMIN_TOKEN, which nobody can tell apart."
      columns={[
        { name: 'Label', cell: ({ label }) => label },
        { name: 'Role', cell: ({ role }) => role },
        { name: 'State', cell: (token) => <TokenState token={token} now={now} /> },
        { name: 'Made', cell: ({ created }) => <Time at={created} /> },
        { name: 'By', cell: ({ createdBy }) => createdBy },
        ...lastColumns((id) => pathTo(['admin-tokens', id, 'revoke'])),
      ]}
    />
  );
}

function TokenState({ token, now }: { readonly token: AdminToken; readonly now: string }): JSX.Element {
  if (token.revokedAt !== undefined) return <State tone="quiet">revoked by {shortName(token.revokedBy ?? '')}</State>;
  if (!isAdminTokenLive(token, now)) return <State tone="bad">expired</State>;
  return <State tone="good">valid</State>;
}

/** Makes a token, and shows it this once. */
async function createAdminToken({ parts, form, session }: Visit): Promise<Answer> {
  const role = ROLES.find((one) => one === form.get('role'));
  if (role === undefined) throw invalidValue('Choose the role that the token is to have.');
  const expires = form.get('expires') ?? '';
  const request = { label: form.get('label') ?? '', role, expiresAt: expires === '' ? undefined : expires };
  const { token, secret } = await parts.adminTokens.create(request, session);
  const body = (
    <>
      <p class="notice">This token is shown this once. Hand it to {token.label} now.</p>
      <Facts
        rows={[
          ['Admin token', <Copyable label="the admin token" text={secret} />],
          ['Role', token.role],
        ]}
      />
      <p>
        <Link to={here} button>
          Done
        </Link>
      </p>
    </>
  );
  return show({ title: 'The new admin token', body });
}

/** Asks before a token is revoked. */
function revokePage({ param }: Visit): Promise<Page> {
  const body = (
    <PostForm to={pathTo(['admin-tokens', param('token'), 'revoke'])}>
      <p class="notice warn">
        From the next request on, whoever has this token is refused, also in the console. That cannot be undone.
      </p>
      <button class="danger">Revoke the token</button> <Link to={here}>Keep it</Link>
    </PostForm>
  );
  return Promise.resolve({ title: 'Revoke an admin token', body });
}

async function revokeAdminToken({ parts, param, session }: Visit): Promise<Answer> {
  await parts.adminTokens.revoke(param('token'), session);
  return goTo(here);
}
