import type { JSX } from 'preact';
import { mayWrite } from '../../model/token.js';
import type { OAuthCredential } from '../../model/oauth/client.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { invalidValue } from '../../protocol/scim-error.js';
import type { ClientWithCredentials } from '../../storage/oauth-store.js';
import { companyOf } from '../companies/company.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts, State, Table, Time } from '../layout/parts.js';
import { pathTo, type ConsolePath } from '../layout/path.js';
import { goTo, show, type Answer, type Route, type Visit } from '../visit.js';

const CLIENTS = '/tenants/:tenant/oauth-clients';

/** The programs that get access tokens for a company, and how they prove who they are. */
export const OAUTH_CLIENT_ROUTES: readonly Route[] = [
  { method: 'POST', path: CLIENTS, role: 'admin', fresh: true, answer: createClient },
  {
    method: 'GET',
    path: `${CLIENTS}/:client`,
    role: 'viewer',
    answer: async (visit) => show(await clientPage(visit)),
  },
  { method: 'POST', path: `${CLIENTS}/:client/secret`, role: 'admin', fresh: true, answer: rotateSecret },
  { method: 'POST', path: `${CLIENTS}/:client/trust`, role: 'admin', fresh: true, answer: trust },
  { method: 'POST', path: `${CLIENTS}/:client/remove`, role: 'admin', answer: removeCredential },
  { method: 'POST', path: `${CLIENTS}/:client/delete`, role: 'admin', answer: deleteClient },
];

/** The clients of a company, on the page Connection. */
export function OAuthClientsSection({
  tenantId,
  clients,
}: {
  readonly tenantId: string;
  readonly clients: readonly ClientWithCredentials[];
}): JSX.Element {
  return (
    <section aria-labelledby="oauth-clients">
      <h2 id="oauth-clients">OAuth clients</h2>
      <p>
        In place of a secret token, Entra may get access tokens by OAuth 2.0 client credentials, as its gallery demands.
      </p>
      <Table
        caption="A client's access tokens are refused from the next request on when it is deleted."
        rows={clients}
        empty="No OAuth client was made: Entra sends a secret token."
        columns={[
          {
            name: 'Client ID',
            cell: ({ client }) => (
              <Link to={pathTo(['tenants', tenantId, 'oauth-clients', client.id])}>{client.id}</Link>
            ),
          },
          { name: 'Label', cell: ({ client }) => (client.label === '' ? '(none)' : client.label) },
          { name: 'May', cell: ({ client }) => (mayWrite(client.scopes) ? 'read and write' : 'read') },
          { name: 'Last used', cell: ({ client }) => <Time at={client.lastUsed} /> },
        ]}
      />
      <For role="admin">
        <PostForm to={pathTo(['tenants', tenantId, 'oauth-clients'])}>
          <Field
            label="Label of the client"
            hint="What the program is, such as Entra."
            name="client-label"
            maxLength={200}
            autocomplete="off"
          />
          <p class="field">
            <label>
              <input type="checkbox" name="no-secret" /> Without a secret: it signs assertions, or an identity provider
              vouches for it
            </label>
          </p>
          <button>Make an OAuth client</button>
        </PostForm>
      </For>
    </section>
  );
}

/** Makes a client, and shows its secret this once. */
async function createClient(visit: Visit): Promise<Answer> {
  const { parts, form } = visit;
  const company = await companyOf(visit, 'connection');
  const { oauthClients, tenantUrl } = parts.tenancy;
  const label = form.get('client-label') ?? '';
  const { client, secret } = await oauthClients.create(company.id, { label, withSecret: !form.has('no-secret') });
  const page = pathTo(['tenants', company.id, 'oauth-clients', client.id]);
  if (secret === undefined) return goTo(page);
  const facts: [string, string][] = [
    ['Tenant URL', tenantUrl],
    ['Token endpoint', oauthClients.tokenUrl],
    ['Client ID', client.id],
    ['Client secret', secret],
  ];
  return show({ title: 'The new OAuth client', company, body: <Once facts={facts} to={page} /> });
}

/** What is shown once. */
function Once({ facts, to }: { readonly facts: readonly [string, string][]; readonly to: ConsolePath }): JSX.Element {
  return (
    <>
      <p class="notice">The client secret is shown this once. Enter it in Entra now.</p>
      <Facts rows={facts.map(([name, text]) => [name, <Copyable label={`the ${name}`} text={text} />])} />
      <p>
        <Link to={to} button>
          Done
        </Link>
      </p>
    </>
  );
}

const pageOf = ({ param }: Visit): ConsolePath =>
  pathTo(['tenants', param('tenant'), 'oauth-clients', param('client')]);

async function clientPage(visit: Visit): Promise<Page> {
  const { parts, param } = visit;
  const company = await companyOf(visit, 'connection');
  const { client, credentials } = await parts.tenancy.oauthClients.get(company.id, param('client'));
  const place = ['tenants', company.id, 'oauth-clients', client.id];
  const body = (
    <>
      <Facts
        rows={[
          ['Client ID', <Copyable label="the client ID" text={client.id} />],
          ['Token endpoint', <Copyable label="the token endpoint" text={parts.tenancy.oauthClients.tokenUrl} />],
          ['May', mayWrite(client.scopes) ? 'read and write' : 'read'],
          ['Made', <Time at={client.created} />],
          ['Last used', <Time at={client.lastUsed} />],
        ]}
      />
      <h2>How it proves who it is</h2>
      <Credentials credentials={credentials} place={place} now={parts.now().toISOString()} />
      <For role="admin">
        <h2>Make another secret</h2>
        <PostForm to={pathTo([...place, 'secret'])}>
          <Field
            label="Hours that the earlier secrets stay valid"
            name="overlap"
            value={24}
            inputMode="numeric"
            required
          />
          <button>Make another secret</button>
        </PostForm>
        <TrustForms place={place} />
        <h2>Delete the client</h2>
        <PostForm to={pathTo([...place, 'delete'])}>
          <p class="notice warn">Its access tokens are refused from the next request on. That cannot be undone.</p>
          <button class="danger">Delete the client</button>
        </PostForm>
      </For>
    </>
  );
  return { title: client.label === '' ? 'OAuth client' : client.label, company, body };
}

function TrustForms({ place }: { readonly place: readonly string[] }): JSX.Element {
  return (
    <>
      <h2>Trust a key of its own</h2>
      <PostForm to={pathTo([...place, 'trust'])}>
        <Field label="Public key" hint="A JSON Web Key (RFC 7517)." name="jwk" required autocomplete="off" />
        <button>Trust the key</button>
      </PostForm>
      <h2>Trust an identity provider</h2>
      <PostForm to={pathTo([...place, 'trust'])}>
        <Field label="Issuer" hint="The claim iss." name="issuer" required autocomplete="off" />
        <Field label="Address of its keys" hint="Its jwks_uri." name="jwks-url" required autocomplete="off" />
        <Field label="Subject" hint="The claim sub." name="subject" required autocomplete="off" />
        <Field label="Audience" hint="A value of the claim aud." name="audience" required autocomplete="off" />
        <button>Trust the issuer</button>
      </PostForm>
    </>
  );
}

function Credentials({
  credentials,
  place,
  now,
}: {
  readonly credentials: readonly OAuthCredential[];
  readonly place: readonly string[];
  readonly now: string;
}): JSX.Element {
  return (
    <Table
      caption="Several are valid at a time, so that one replaces another without a gap."
      rows={credentials}
      empty="It cannot prove who it is: make a secret, or trust a key or an identity provider."
      columns={[
        { name: 'Kind', cell: ({ proof }) => proof.kind },
        { name: 'What', cell: ({ proof, label }) => (proof.kind === 'issuer' ? proof.issuer : label) },
        {
          name: 'State',
          cell: ({ expiresAt }) =>
            expiresAt !== undefined && expiresAt <= now ? (
              <State tone="bad">expired</State>
            ) : (
              <State tone="good">valid</State>
            ),
        },
        { name: 'Made', cell: ({ created }) => <Time at={created} /> },
        { name: 'Last used', cell: ({ lastUsed }) => <Time at={lastUsed} /> },
        { name: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
        {
          name: 'Remove',
          cell: ({ id, proof }) => (
            <For role="admin">
              <PostForm to={pathTo([...place, 'remove'])} inline>
                <input type="hidden" name="credential" value={id} />
                <button>Remove the {proof.kind}</button>
              </PostForm>
            </For>
          ),
        },
      ]}
    />
  );
}

async function rotateSecret(visit: Visit): Promise<Answer> {
  const { parts, param, form } = visit;
  const company = await companyOf(visit, 'connection');
  const hours = Number(form.get('overlap') ?? '');
  const { secret = '' } = await parts.tenancy.oauthClients.rotateSecret(company.id, param('client'), hours);
  const body = <Once facts={[['Client secret', secret]]} to={pageOf(visit)} />;
  return show({ title: 'The new client secret', company, body });
}

/** Trusts a key, or an identity provider. */
async function trust(visit: Visit): Promise<Answer> {
  const { parts, param, form } = visit;
  const field = (name: string): string => form.get(name) ?? '';
  const proof = form.has('jwk')
    ? ({ kind: 'key', jwk: keyIn(field('jwk')) } as const)
    : ({
        kind: 'issuer',
        ...{
          issuer: field('issuer'),
          jwksUrl: field('jwks-url'),
          subject: field('subject'),
          audience: field('audience'),
        },
      } as const);
  await parts.tenancy.oauthClients.addCredential(param('tenant'), param('client'), { proof });
  return goTo(pageOf(visit));
}

/** @throws ScimError 400 for a text that is no JSON object */
function keyIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw invalidValue('That is not a JSON Web Key: paste the public key as a JSON object.');
}

async function removeCredential(visit: Visit): Promise<Answer> {
  const { parts, param, form } = visit;
  await parts.tenancy.oauthClients.removeCredential(param('tenant'), param('client'), form.get('credential') ?? '');
  return goTo(pageOf(visit));
}

async function deleteClient({ parts, param }: Visit): Promise<Answer> {
  await parts.tenancy.oauthClients.remove(param('tenant'), param('client'));
  return goTo(pathTo(['tenants', param('tenant'), 'connection']));
}
