import { createHash } from 'node:crypto';
import type { Tenant } from '../model/tenant.js';
import { forbidden, invalidValue, notFound, ScimError } from '../protocol/scim-error.js';
import type { SetupLink } from '../storage/setup-link-store.js';
import type { TenancyDependencies } from './dependencies.js';
import { hashOf } from './secret-token.js';
import type { OAuthClients } from './oauth/clients.js';
import type { IssuedToken, Tokens } from './tokens.js';

/** A link just made: its address is in this object and nowhere else. */
interface MadeSetupLink {
  readonly url: string;
  readonly expires: string;
}

/** Whoever has opened a setup page: the link, its tenant, and the token of the page's forms. */
export interface SetupVisit {
  readonly link: SetupLink;
  readonly tenant: Tenant;
  readonly formToken: string;
}

/** The use cases of setup links. A tenant that is unknown, or that has no link, is ScimError 404 throughout. */
export interface SetupLinks {
  /**
   * Makes a link in place of the one that the tenant has.
   * @param days how long it lasts; 14 unless given
   * @throws ScimError 400 `invalidValue` for days that are not from 1 to 60
   */
  make(tenantId: string, days?: number): Promise<MadeSetupLink>;
  /** Has the link last so many days from now, under the address that it has; one that has ended works again. */
  renew(tenantId: string, days?: number): Promise<SetupLink>;
  find(tenantId: string): Promise<SetupLink>;
  /** Takes the link away: its address and the browsers that came by it are let in no more. */
  revoke(tenantId: string): Promise<void>;
  /** What a browser gets for the secret of an address; undefined where that leads nowhere, or no longer. */
  enter(secret: string): Promise<string | undefined>;
  /** Who comes with what `enter` gave; undefined where the link has ended. */
  visit(cookie: string | undefined): Promise<SetupVisit | undefined>;
  /**
   * Issues a token for the setup page; those that it has issued before end within 24 hours.
   * @throws ScimError 403 if the tenant is disabled, 429 where it has issued too many that are still valid
   */
  issueToken(tenant: Tenant): Promise<IssuedToken>;
  /**
   * Makes the OAuth client of the setup page, or another secret of it; those of before end within 24 hours.
   * @throws ScimError 403 if the tenant is disabled, 409 where it has too many
   */
  issueClient(
    tenant: Tenant,
  ): Promise<{ readonly clientId: string; readonly clientSecret: string; readonly tokenUrl: string }>;
}

const DAY = 86_400_000;
const USUAL_DAYS = 14;
const LONGEST_DAYS = 60;

/** The label of the tokens that setup pages issue. */
export const SETUP_LABEL = 'setup page';

/** How many tokens of setup pages a tenant has at a time: whoever has the link must not be able to fill the table. */
const VALID_AT_A_TIME = 5;

interface SetupLinkDependencies extends TenancyDependencies {
  readonly getTenant: (id: string) => Promise<Tenant>;
  readonly tokens: Tokens;
  readonly oauthClients: OAuthClients;
}

/** Makes the use cases of setup links. */
export function createSetupLinks(dependencies: SetupLinkDependencies): SetupLinks {
  const { setupLinks: links, store, now, publicUrl, getTenant } = dependencies;
  const until = (days: number): string => new Date(now().getTime() + days * DAY).toISOString();
  const inForce = (link: SetupLink | undefined): SetupLink | undefined =>
    link !== undefined && link.expires > now().toISOString() ? link : undefined;

  async function find(tenantId: string): Promise<SetupLink> {
    const link = await links.find((await getTenant(tenantId)).id);
    if (link === undefined) throw noLink();
    return link;
  }

  async function visit(cookie: string | undefined): Promise<SetupVisit | undefined> {
    if (cookie === undefined || !isSecret(cookie)) return undefined;
    const link = inForce(await links.findByCookie(hashOf(cookie)));
    const tenant = link && (await store.findTenant(link.tenantId));
    return link && tenant && { link, tenant, formToken: hashOf(`form ${cookie}`) };
  }

  return {
    make: async (tenantId, days = USUAL_DAYS) => {
      const { id } = await getTenant(tenantId);
      const expires = until(checkDays(days));
      const secret = Buffer.from(dependencies.randomBytes(32)).toString('base64url');
      const [hash, cookieHash] = [hashOf(secret), hashOf(cookieOf(secret))];
      const link = { tenantId: id, hash, cookieHash, created: now().toISOString(), expires, opened: undefined };
      if (!(await links.put({ ...link, ticks: {} }))) throw notFound('The tenant no longer exists.');
      return { url: `${publicUrl}/setup/${secret}`, expires };
    },
    renew: async (tenantId, days = USUAL_DAYS) => {
      const { id } = await getTenant(tenantId);
      if (!(await links.extend(id, until(checkDays(days))))) throw noLink();
      return find(id);
    },
    find,
    revoke: async (tenantId) => {
      if (!(await links.remove((await getTenant(tenantId)).id))) throw noLink();
    },
    enter: async (secret) => {
      const link = isSecret(secret) ? inForce(await links.findByHash(hashOf(secret))) : undefined;
      if (link === undefined) return undefined;
      if (link.opened === undefined) await links.open(link.tenantId, now().toISOString());
      return cookieOf(secret);
    },
    visit,
    issueToken: (tenant) => issueSetupToken(dependencies.tokens, tenant),
    issueClient: (tenant) => issueSetupClient(dependencies.oauthClients, tenant),
  };
}

/** 256 random bits in base64url. */
const isSecret = (text: string): boolean => /^[\w-]{43}$/u.test(text);

/** What browsers keep in place of the address: who reads it there does not have the address. */
const cookieOf = (secret: string): string =>
  createHash('sha256').update(`setup cookie ${secret}`, 'utf8').digest('base64url');

const noLink = (): ScimError => notFound('The tenant has no setup link. Make one first.');

/** @throws ScimError 400 `invalidValue` */
function checkDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS) return days;
  throw invalidValue(`A setup link lasts from 1 to ${LONGEST_DAYS} days; name a whole number of days.`);
}

/** @throws ScimError 403 */
function checkEnabled({ enabled }: Tenant): void {
  if (!enabled) throw forbidden('FlexWhere has disabled this company; ask FlexWhere to enable it again.');
}

async function issueSetupClient(clients: OAuthClients, tenant: Tenant): ReturnType<SetupLinks['issueClient']> {
  checkEnabled(tenant);
  const { tokenUrl } = clients;
  const find = async (): Promise<string | undefined> =>
    (await clients.list(tenant.id)).find(({ client }) => client.label === SETUP_LABEL)?.client.id;
  let clientId = await find();
  if (clientId === undefined) {
    try {
      const { client, secret = '' } = await clients.create(tenant.id, { label: SETUP_LABEL, isOnlyOne: true });
      return { clientId: client.id, clientSecret: secret, tokenUrl };
    } catch (error) {
      // Somebody else has made it in between, or there are too many of others.
      clientId = await find();
      if (clientId === undefined) throw error;
    }
  }
  const { secret = '' } = await clients.rotateSecret(tenant.id, clientId);
  return { clientId, clientSecret: secret, tokenUrl };
}

async function issueSetupToken(tokens: Tokens, tenant: Tenant): Promise<IssuedToken> {
  checkEnabled(tenant);
  const issued = await tokens.replace(tenant.id, SETUP_LABEL, { most: VALID_AT_A_TIME, endAfter: DAY });
  if (issued !== undefined) return issued;
  throw new ScimError(
    429,
    `The token was shown ${VALID_AT_A_TIME} times within a day. Use the latest one, wait until tomorrow, or ask FlexWhere for one.`,
  );
}
