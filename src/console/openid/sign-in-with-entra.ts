import { actorOf, shortName, subjectOf } from '../../model/access/person.js';
import { returnPath } from '../layout/path.js';
import { leaveReply, seeOtherReply } from '../reply.js';
import type { ConsoleReply, ConsoleRequest } from '../request.js';
import { isFresh, type OpenSession, type Voucher } from '../session/sessions.js';
import { checkAttempts, signInReply, type SignIn } from '../session/sign-in.js';
import { ATTEMPT_SECONDS, createAttemptSeal, type Attempt, type AttemptSeal } from './attempt.js';
import { createOpenIdProvider, type OpenIdProvider, type OpenIdSettings, type Vouched } from './provider.js';
import { notBegun, SignInRefused } from './refusal.js';

/** The sign-in with Entra, where the server has one. */
export interface OpenIdSignIn extends Voucher {
  readonly provider: OpenIdProvider;
  readonly seal: AttemptSeal;
}

/** Where Entra sends people back to, below `/admin`. */
const CALLBACK = '/sign-in/callback';

/** Makes the sign-in. @param publicUrl the origin under which people reach the server */
export function createOpenIdSignIn(
  settings: Omit<OpenIdSettings, 'redirectUri'> & Pick<Voucher, 'only'>,
  publicUrl: string,
  now: () => Date,
): OpenIdSignIn {
  const redirectUri = `${publicUrl}/admin${CALLBACK}`;
  return {
    ...{ issuer: settings.issuer, clientId: settings.clientId, only: settings.only },
    provider: createOpenIdProvider({ ...settings, redirectUri }, now),
    seal: createAttemptSeal(settings, now),
  };
}

/** Whether a request is a step of the sign-in with Entra. */
export const isOpenIdStep = ({ method, path }: ConsoleRequest): boolean =>
  method === 'GET' && (path === '/sign-in/start' || path === CALLBACK);

/**
 * Sends a browser to Entra, or takes in whoever comes back from there. Where nobody is signed in, the page for signing in says why.
 * @throws ScimError 429
 */
export async function answerOpenId(
  request: ConsoleRequest,
  session: OpenSession | undefined,
  means: SignIn,
  openId: OpenIdSignIn,
): Promise<ConsoleReply> {
  if (request.path === CALLBACK) return callback(request, session, means, openId);
  const again = request.query.has('again');
  const next = returnPath(request.query.get('next'));
  try {
    const { address, attempt } = await openId.provider.begin(again);
    const sealed = await openId.seal.close({ ...attempt, next });
    return leaveReply('console:sign-in', address, { 'Set-Cookie': means.attemptCookie.give(sealed, ATTEMPT_SECONDS) });
  } catch (error) {
    return refused(error, request, session, means, { again, next });
  }
}

async function callback(
  request: ConsoleRequest,
  session: OpenSession | undefined,
  means: SignIn,
  openId: OpenIdSignIn,
): Promise<ConsoleReply> {
  const attempt = await openId.seal.open(means.attemptCookie.read(request.headers.cookie));
  // Somebody who begins in two tabs comes back to the first with the state of that one: the other is left alone.
  if (attempt === undefined || request.query.getAll('state').join() !== attempt.state) {
    return refused(notBegun(), request, session, means, {});
  }
  // What other sites make a browser send has no attempt: nobody is shut out by that.
  checkAttempts(request, means.parts);
  const forget = means.attemptCookie.forget;
  try {
    const vouched = await openId.provider.finish(request.query, attempt);
    const secret = await means.sessions.open(signedIn(vouched, attempt, means.parts.now()));
    if (session !== undefined) await means.sessions.end(session.hash);
    return { ...seeOtherReply('console:sign-in', attempt.next), cookies: [forget, means.cookie.give(secret)] };
  } catch (error) {
    const reply = refused(error, request, session, means, attempt);
    if (reply.status !== 503) means.parts.attempts.failed(request.address);
    return { ...reply, cookies: [forget] };
  }
}

/** @throws SignInRefused for whoever has no role, or did not prove anew who they are where that was asked for */
function signedIn({ person, role, authenticated }: Vouched, { again }: Pick<Attempt, 'again'>, now: Date) {
  const name = actorOf(person);
  if (role === undefined) {
    throw new SignInRefused(
      403,
      `Entra knows you as ${shortName(name)}, but you have no role here. Ask whoever manages this application in Entra to assign ` +
        'you the role viewer, operator or admin (Enterprise applications › this application › Users and groups), and sign in again.',
    );
  }
  if (again && !isFresh(authenticated, now)) {
    throw new SignInRefused(
      403,
      'Entra did not say that it asked you just now who you are. Sign in again; if this repeats, an operator has to add the ' +
        'optional claim auth_time to the ID token of this application (App registrations › Token configuration).',
    );
  }
  return { name, role, subject: subjectOf(person), authenticated };
}

/** The page for signing in, with what went wrong. @throws whatever is no refusal */
function refused(
  error: unknown,
  request: ConsoleRequest,
  session: OpenSession | undefined,
  { parts }: SignIn,
  { again = false, next }: Partial<Pick<Attempt, 'again' | 'next'>>,
): ConsoleReply {
  if (!(error instanceof SignInRefused)) throw error;
  if (error.isFault) parts.onFault(error, request.requestId);
  const values = new URLSearchParams({ ...(again ? { again: 'again' } : {}), ...(next === undefined ? {} : { next }) });
  return signInReply({ values, session, status: error.status, problem: error.message, parts });
}
