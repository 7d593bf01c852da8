import type { JSX } from 'preact';
import { mayWrite, type TokenRecord } from '../../model/token.js';
import { companyOf } from '../companies/company.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts, State, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { lastColumns } from '../layout/token-columns.js';
import { goTo, show, type Answer, type Visit } from '../visit.js';
import { DoctorSection } from './doctor.js';
import { OAuthClientsSection } from './oauth-clients.js';
import { SetupLinkSection } from './setup-link.js';

/** How Entra reaches the server for a company: address, tokens, schemas, settings. */
export async function connectionPage(visit: Visit): Promise<Page> {
  const { parts } = visit;
  const company = await companyOf(visit, 'connection');
  const [tokens, tenant, link, clients] = await Promise.all([
    parts.tenancy.listTokens(company.id),
    parts.tenancy.getTenant(company.id),
    parts.storage.setupLinks.find(company.id),
    parts.tenancy.oauthClients.list(company.id),
  ]);
  const { settings, schemas } = tenant;
  const body = (
    <>
      <Facts
        rows={[
          ['Tenant URL', <Copyable label="the Tenant URL" text={parts.tenancy.tenantUrl} />],
          [
            'Schemas of its own',
            schemas.all.map(({ active, registering }) => (active ?? registering?.schema)?.id).join(', ') || 'none',
          ],
          ['Requests a second', settings.rateLimit === 'default' ? "the server's limit" : settings.rateLimit],
          ['Attributes that no schema has', settings.unknownAttributes === 'ignore' ? 'are ignored' : 'are refused'],
        ]}
      />
      <h2>Secret tokens</h2>
      <Tokens tenantId={company.id} tokens={[...tokens].reverse()} now={parts.now().toISOString()} />
      <For role="admin">
        <h2>Issue a token</h2>
        <PostForm to={pathTo(['tenants', company.id, 'tokens'])}>
          <Field
            label="Label"
            hint="What tells it from the others, such as 2027."
            name="label"
            maxLength={200}
            autocomplete="off"
          />
          <Field
            label="Expires"
            hint="Leave it empty for a token that is valid until it is revoked."
            name="expires"
            type="date"
          />
          <p class="field">
            <label>
              <input type="checkbox" name="read-only" /> Check token: may only read, for looks with a browser
            </label>
          </p>
          <button>Issue a token</button>
        </PostForm>
      </For>
      <OAuthClientsSection tenantId={company.id} clients={clients} />
      <DoctorSection tenantId={company.id} />
      <SetupLinkSection tenantId={company.id} link={link} now={parts.now().toISOString()} />
    </>
  );
  return { title: 'Connection', company, body };
}

function Tokens({
  tenantId,
  tokens,
  now,
}: {
  readonly tenantId: string;
  readonly tokens: readonly TokenRecord[];
  readonly now: string;
}): JSX.Element {
  return (
    <Table
      caption="The latest first. To rotate, issue a token, enter it in Entra, and revoke the old one when it is not used any more."
      rows={tokens}
      empty="No token was issued yet."
      columns={[
        { name: 'Label', cell: ({ label }) => (label === '' ? '(none)' : label) },
        { name: 'May', cell: ({ scopes }) => (mayWrite(scopes) ? 'read and write' : 'read') },
        { name: 'State', cell: (token) => <TokenState token={token} now={now} /> },
        { name: 'Issued', cell: ({ created }) => <Time at={created} /> },
        ...lastColumns((id) => pathTo(['tenants', tenantId, 'tokens', id, 'revoke'])),
      ]}
    />
  );
}

function TokenState({ token, now }: { readonly token: TokenRecord; readonly now: string }): JSX.Element {
  if (token.revokedAt !== undefined) return <State tone="quiet">revoked</State>;
  if (token.expiresAt !== undefined && token.expiresAt <= now) return <State tone="bad">expired</State>;
  return <State tone="good">valid</State>;
}

/** Issues a token, and shows it this once. */
export async function issueToken(visit: Visit): Promise<Answer> {
  const { parts, form } = visit;
  const company = await companyOf(visit, 'connection');
  const expires = form.get('expires') ?? '';
  const readOnly = form.has('read-only');
  const { secret } = await parts.tenancy.issueToken(company.id, {
    label: form.get('label') ?? '',
    expiresAt: expires === '' ? undefined : expires,
    scopes: readOnly ? ['scim.read'] : undefined,
  });
  const body = (
    <>
      <p class="notice">
        This token is shown this once.{' '}
        {readOnly
          ? 'It may only read: open the Tenant URL with /Users?access_token= and the token behind it in a browser.'
          : 'Enter it in Entra now; the other tokens stay valid.'}
      </p>
      <Facts
        rows={[
          ['Tenant URL', <Copyable label="the Tenant URL" text={parts.tenancy.tenantUrl} />],
          readOnly
            ? ['Check token', <Copyable label="the check token" text={secret} />]
            : ['Secret Token', <Copyable label="the Secret Token" text={secret} />],
        ]}
      />
      <p>
        <Link to={pathTo(['tenants', company.id, 'connection'])} button>
          Done
        </Link>
      </p>
    </>
  );
  return show({ title: 'The new token', company, body });
}

/** Asks before a token is revoked. */
export async function revokePage(visit: Visit): Promise<Page> {
  const company = await companyOf(visit, 'connection');
  const body = (
    <PostForm to={pathTo(['tenants', company.id, 'tokens', visit.param('token'), 'revoke'])}>
      <p class="notice warn">From the next request on, Entra is refused with this token. That cannot be undone.</p>
      <button class="danger">Revoke the token</button>{' '}
      <Link to={pathTo(['tenants', company.id, 'connection'])}>Keep it</Link>
    </PostForm>
  );
  return { title: 'Revoke a token', company, body };
}

/** Revokes a token. */
export async function revokeToken({ parts, param }: Visit): Promise<Answer> {
  await parts.tenancy.revokeToken(param('tenant'), param('token'));
  return goTo(pathTo(['tenants', param('tenant'), 'connection']));
}
