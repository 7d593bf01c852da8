import { forbidden, invalidValue, notFound } from '../../protocol/scim-error.js';
import type { SetupVisit } from '../../tenants/setup-links.js';
import { pageText, type Page } from '../layout/page.js';
import { setupPath } from '../layout/path.js';
import { pageReply, seeOtherReply } from '../reply.js';
import type { ConsoleReply, ConsoleRequest } from '../request.js';
import { sessionCookie } from '../session/cookie.js';
import { errorReason } from '../session/error-page.js';
import { checkSameOrigin } from '../session/same-origin.js';
import { sameText } from '../session/sessions.js';
import type { ConsoleParts } from '../visit.js';
import { evidenceOf } from './evidence.js';
import { clientPage, closedPage, setupPage, tokenPage } from './page.js';
import { BY_HAND, progressOf } from './progress.js';

/** The setup page: answers requests below `/setup`. */
export type Setup = (request: ConsoleRequest) => Promise<ConsoleReply>;

type SetupParts = Pick<ConsoleParts, 'storage' | 'tenancy' | 'now' | 'publicUrl' | 'onFault'>;

/** Seconds for which browsers keep the cookie; the link itself may end earlier. */
const COOKIE_SECONDS = 60 * 86_400;

/**
 * Makes the setup page. Its link is exchanged for a cookie at once, so that the address bar and the history of clicks have no
 * secret.
 */
export function createSetup(parts: SetupParts): Setup {
  const cookie = sessionCookie('fwsetup', parts.publicUrl.startsWith('https:'));
  return async (request) => {
    try {
      const { method, path } = request;
      const [, first = '', ...more] = path.split('/');
      const isForm = first === 'token' || first === 'client' || first === 'steps';
      if (more.length > 0 || (method === 'POST' && !isForm)) throw notFound('There is no such page.');
      if (method !== 'POST' && first !== '' && !isForm) return await entered(parts, cookie, first);
      const visit = await parts.tenancy.setupLinks.visit(cookie.read(request.headers.cookie));
      if (visit === undefined) return pageOf(closedPage, 404);
      if (method !== 'POST') {
        // Whoever reloads the page of a form gets to the steps.
        return isForm ? seeOtherReply('setup', setupPath()) : await shown(parts, visit);
      }
      checkForm(request, visit);
      if (first === 'client') return await withClient(parts, visit);
      return await (first === 'token' ? withToken(parts, visit) : ticked(parts, visit, request.form));
    } catch (error) {
      const { status, title, detail, isFault } = errorReason(error);
      if (isFault) parts.onFault(error, request.requestId);
      return pageOf(
        {
          title,
          body: (
            <p class="notice warn" role="alert">
              {detail}
            </p>
          ),
        },
        status,
      );
    }
  };
}

const pageOf = (page: Page, status = 200): ConsoleReply => pageReply('setup', pageText(page, undefined), status);

async function entered(
  { tenancy }: SetupParts,
  cookie: ReturnType<typeof sessionCookie>,
  secret: string,
): Promise<ConsoleReply> {
  const given = await tenancy.setupLinks.enter(secret);
  if (given === undefined) return pageOf(closedPage, 404);
  return seeOtherReply('setup', setupPath(), {
    'Set-Cookie': `${cookie.give(given)}; Max-Age=${COOKIE_SECONDS}`,
    'Referrer-Policy': 'no-referrer',
  });
}

/** Shows the steps; what is seen to be done is kept, since the log is not kept for ever. */
async function shown({ storage, tenancy, now }: SetupParts, visit: SetupVisit): Promise<ConsoleReply> {
  const { link } = visit;
  const at = now();
  const progress = progressOf(await evidenceOf(storage, link.tenantId, at), link.ticks, at);
  const found = Object.entries(progress.ticks).filter(([step]) => link.ticks[step] === undefined);
  if (found.length > 0) await storage.setupLinks.tick(link.tenantId, Object.fromEntries(found));
  return pageOf(setupPage({ ...visit, progress, tenantUrl: tenancy.tenantUrl }));
}

/** @throws ScimError 403 for a form that this page has not sent */
function checkForm(request: ConsoleRequest, { formToken }: SetupVisit): void {
  checkSameOrigin(request);
  if (sameText(request.form.get('token') ?? '', formToken)) return;
  throw forbidden(
    'This form was not sent from this page, so nothing was done. Open the link again, and send it from there.',
  );
}

async function withToken({ tenancy }: SetupParts, { tenant }: SetupVisit): Promise<ConsoleReply> {
  const { secret } = await tenancy.setupLinks.issueToken(tenant);
  return pageOf(tokenPage({ tenantUrl: tenancy.tenantUrl, secret }));
}

async function withClient({ tenancy }: SetupParts, { tenant }: SetupVisit): Promise<ConsoleReply> {
  const issued = await tenancy.setupLinks.issueClient(tenant);
  return pageOf(clientPage({ tenantUrl: tenancy.tenantUrl, ...issued }));
}

async function ticked(
  { storage, now }: SetupParts,
  { link }: SetupVisit,
  form: URLSearchParams,
): Promise<ConsoleReply> {
  const step = form.get('step') ?? '';
  if (!BY_HAND.has(step))
    throw invalidValue('That step is marked as done automatically. Go back and choose another one.');
  const at = form.get('done') === 'yes' ? now().toISOString() : undefined;
  await storage.setupLinks.tick(link.tenantId, { [step]: at });
  return seeOtherReply('setup', setupPath());
}
