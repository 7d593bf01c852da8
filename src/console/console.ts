import { mayDo } from '../model/access/role.js';
import { forbidden, notFound } from '../protocol/scim-error.js';
import { ADMIN_TOKEN_ROUTES } from './access/admin-tokens.js';
import { ACTIVITY_ROUTES } from './activity/routes.js';
import { COMPANY_ROUTES } from './companies/routes.js';
import { CONNECTION_ROUTES } from './connection/routes.js';
import { createRunEvents, type RunEvents } from './live/run-events.js';
import { pageText } from './layout/page.js';
import { matchRoute, type Matched } from './match-route.js';
import { answerOpenId, isOpenIdStep } from './openid/sign-in-with-entra.js';
import { PEOPLE_ROUTES } from './people/routes.js';
import { assetReply, eventsReply, fileReply, pageReply, seeOtherReply } from './reply.js';
import type { ConsoleReply, ConsoleRequest } from './request.js';
import { sessionCookie } from './session/cookie.js';
import { errorPage } from './session/error-page.js';
import { SESSION_ROUTES } from './session/routes.js';
import { checkSameOrigin } from './session/same-origin.js';
import { createSessions, sameText, type OpenSession } from './session/sessions.js';
import { answerSignIn, signInPath, type SignIn } from './session/sign-in.js';
import type { Answer, ConsoleParts, Route } from './visit.js';
import { SYNC_ROUTES } from './sync/routes.js';

/** The console: answers requests below `/admin`, except for the admin API. */
export type Console = (request: ConsoleRequest) => Promise<ConsoleReply>;

/** Every page and action of the console but for signing in. */
export const ROUTES: readonly Route[] = [
  ...ACTIVITY_ROUTES,
  ...COMPANY_ROUTES,
  ...PEOPLE_ROUTES,
  ...SYNC_ROUTES,
  ...CONNECTION_ROUTES,
  ...SESSION_ROUTES,
  ...ADMIN_TOKEN_ROUTES,
];

/** Makes the console. */
export function createConsole(parts: ConsoleParts): Console {
  const sessions = createSessions({ store: parts.storage.console.sessions, ...parts });
  const isSecure = parts.publicUrl.startsWith('https:');
  const cookies = { cookie: sessionCookie('fw', isSecure), attemptCookie: sessionCookie('fwopenid', isSecure) };
  const runEvents = createRunEvents({
    ...{ synchronization: parts.synchronization, sessions, stopping: parts.stopping },
    onFault: (error) => {
      parts.onFault(error, 'the events of a run');
    },
  });
  const means = { parts, sessions, runEvents, ...cookies };
  return async (request) => {
    let session: OpenSession | undefined;
    try {
      const file = assetReply(request.path);
      if (file !== undefined) return file;
      session = await sessions.find(means.cookie.read(request.headers.cookie));
      return await answerAs(session, request, means);
    } catch (error) {
      const { status, page, isFault } = errorPage(error, request.requestId);
      if (isFault) parts.onFault(error, request.requestId);
      return pageReply('console:error', pageText(page, session), status);
    }
  };
}

/** What answering takes. */
interface Means extends SignIn {
  readonly runEvents: RunEvents;
}

async function answerAs(
  session: OpenSession | undefined,
  request: ConsoleRequest,
  means: Means,
): Promise<ConsoleReply> {
  const { openId } = means.parts;
  if (request.path === '/sign-in') return answerSignIn(request, session, means);
  if (openId !== undefined && isOpenIdStep(request)) return answerOpenId(request, session, means, openId);
  return answer(request, session, means);
}

async function answer(
  request: ConsoleRequest,
  session: OpenSession | undefined,
  { parts, sessions, cookie, runEvents }: Means,
): Promise<ConsoleReply> {
  const matched = matchRoute(ROUTES, request.method === 'HEAD' ? 'GET' : request.method, request.path);
  if (session === undefined) return seeOtherReply('console:sign-in', signInPath(request));
  if (matched === undefined) throw notFound('There is no such page in the console.');
  checkAllowed(matched.route, session, request);
  if (matched.route.fresh === true && !session.fresh) {
    return seeOtherReply('console:sign-in', signInPath(request, 'again'));
  }
  const param = (name: string): string => matched.params.get(name) ?? '';
  const { query, form, headers } = request;
  const visit = { parts, sessions, session, param, query, form, runEvents, lastEventId: headers['last-event-id'] };
  const answered = await matched.route.answer(visit);
  return replyOf(answered, matched, session, cookie.forget);
}

/** Ending one's own session makes the browser forget it as well. */
function replyOf(answered: Answer, { route }: Matched, session: OpenSession, forget: string): ConsoleReply {
  const operation = `console:${route.method} ${route.path}`;
  if (answered.kind === 'events') return eventsReply(operation, answered.stream);
  if (answered.kind === 'file') return fileReply(operation, answered.file);
  if (answered.kind === 'page') return pageReply(operation, pageText(answered.page, session));
  return seeOtherReply(operation, answered.to, route.path === '/sign-out' ? { 'Set-Cookie': forget } : {});
}

/** @throws ScimError 403 for a form from elsewhere, and for a role that may not do this */
function checkAllowed({ method, role }: Route, session: OpenSession, request: ConsoleRequest): void {
  if (method === 'POST') {
    checkSameOrigin(request);
    if (!sameText(request.form.get('token') ?? '', session.formToken)) {
      throw forbidden(
        'This form does not belong to your session, so nothing was done. Go back, reload the page, and send it again.',
      );
    }
  }
  if (!mayDo(session.role, role)) {
    throw forbidden(`Your role is ${session.role}; this takes the role ${role}.`);
  }
}
