import { ScimError } from '../../protocol/scim-error.js';
import type { Tenant } from '../../model/tenant.js';
import { ALL_SCOPES } from '../../model/token.js';
import type { TokenHolder } from '../../tenants/authenticate-token.js';
import { hashOf } from '../../tenants/secret-token.js';
import { plainPageText, type Page } from '../layout/page.js';
import { checkPath } from '../layout/path.js';
import { plainReply, seeOtherReply } from '../reply.js';
import type { ConsoleReply, ConsoleRequest } from '../request.js';
import { sessionCookie } from '../session/cookie.js';
import { digest } from '../session/sessions.js';
import type { ConsoleParts } from '../visit.js';
import { arrivedPage } from './arrived.js';

/** Milliseconds for which a browser may view the page. */
const LASTS = 600_000;

/** What a browser is shown that comes with a secret token: who has arrived. */
export interface BrowserCheck {
  /**
   * Replaces a token in an address: the browser gets a cookie instead, and is redirected to an address without the token.
   * @param authenticate finds the token's tenant: @throws ScimError 401, 403, 429
   */
  enter(secret: string, authenticate: () => Promise<Tenant>): Promise<ConsoleReply>;
  /** The page itself. */
  show(request: Pick<ConsoleRequest, 'query' | 'headers'>): Promise<ConsoleReply>;
}

/** Makes the check in the browser. */
export function createCheck(parts: Pick<ConsoleParts, 'storage' | 'now' | 'randomBytes' | 'publicUrl'>): BrowserCheck {
  const { storage, now, randomBytes, publicUrl } = parts;
  const cookie = sessionCookie('fwcheck', publicUrl.startsWith('https:'));

  /**
   * The tenant of a cookie, and what its token may do. Both are looked up each time, so a revoked token shows nothing any more.
   */
  async function holderOf(header: string | undefined): Promise<TokenHolder | undefined> {
    const secret = cookie.read(header);
    const session = secret === undefined ? undefined : await storage.console.checks.find(digest(secret));
    const at = now().toISOString();
    if (session === undefined || session.ends <= at) return undefined;
    const found = await storage.tenants.findByHash(session.tokenHash);
    if (found === undefined || found.token.revokedAt !== undefined || !found.tenant.enabled) return undefined;
    if (found.token.expiresAt !== undefined && found.token.expiresAt <= at) return undefined;
    return { tenant: found.tenant, scopes: found.token.scopes ?? ALL_SCOPES };
  }

  return {
    enter: async (secret, authenticate) => {
      try {
        await authenticate();
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        return plainReply(plainPageText(refusedPage(error.message)), error.status);
      }
      const own = Buffer.from(randomBytes(32)).toString('base64url');
      const at = now();
      const ends = new Date(at.getTime() + LASTS).toISOString();
      await storage.console.checks.insert({ hash: digest(own), tokenHash: hashOf(secret), ends }, at.toISOString());
      return seeOtherReply('check', checkPath(), {
        'Set-Cookie': `${cookie.give(own)}; Max-Age=${LASTS / 1000}`,
        'Referrer-Policy': 'no-referrer',
        Vary: 'Accept',
      });
    },
    show: async ({ query, headers }) => {
      const holder = await holderOf(headers.cookie);
      if (holder === undefined) return plainReply(plainPageText(refusedPage(OVER)), 401);
      return plainReply(plainPageText(await arrivedPage(storage, holder, query)));
    },
  };
}

const OVER =
  'This view has expired: it lasts ten minutes, and no longer than the secret token is valid. Open the Tenant URL with the token again.';

const refusedPage = (detail: string): Page => ({
  title: 'Nobody is shown',
  body: (
    <p class="notice warn" role="alert">
      {detail}
    </p>
  ),
});
