import type { JSX } from 'preact';
import { ScimError } from '../../protocol/scim-error.js';
import { namesPerson } from '../../model/access/person.js';
import { Field, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import { pageText } from '../layout/page.js';
import { pathTo, returnPath, type ConsolePath } from '../layout/path.js';
import { pageReply, seeOtherReply } from '../reply.js';
import type { ConsoleReply, ConsoleRequest } from '../request.js';
import type { ConsoleParts } from '../visit.js';
import type { SessionCookie } from './cookie.js';
import { checkSameOrigin } from './same-origin.js';
import { sameText, type OpenSession, type Sessions, type SignedIn } from './sessions.js';

const LONGEST_NAME = 100;

/** What signing in needs. */
export interface SignIn {
  readonly parts: ConsoleParts;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  /** Carries a sign-in with Entra that is not finished. */
  readonly attemptCookie: SessionCookie;
}

/**
 * The page for signing in, which leads back to where a visitor wanted to go.
 * @param again where somebody who is signed in has to sign in again, since it was too long ago
 */
export function signInPath({ method, path, query }: ConsoleRequest, again?: 'again'): ConsolePath {
  const search = query.toString();
  const wanted = `/admin${path === '/' ? '' : path}${search === '' ? '' : `?${search}`}`;
  return pathTo(['sign-in'], { next: method === 'GET' ? returnPath(wanted) : undefined, again });
}

/** Shows the form for signing in, or takes it. @throws ScimError 403, 429 */
export async function answerSignIn(
  request: ConsoleRequest,
  session: OpenSession | undefined,
  means: SignIn,
): Promise<ConsoleReply> {
  const { parts } = means;
  const { adminToken, openId } = parts;
  if (request.method !== 'POST') {
    const problem = adminToken === undefined && openId === undefined ? NO_ADMIN_TOKEN : undefined;
    return signInReply({ values: request.query, session, status: 200, problem, parts });
  }
  checkSameOrigin(request);
  const refused = (status: number, problem: string): ConsoleReply =>
    signInReply({ values: request.form, session, status, problem, parts });
  if (openId?.only === true) return refused(403, 'Nobody signs in with an admin token here. Sign in with Entra.');
  checkAttempts(request, parts);
  const who = await whoHas(request.form.get('admin-token') ?? '', parts);
  if (who === undefined) {
    parts.attempts.failed(request.address);
    return refused(403, NOT_VALID);
  }
  const name = who.name ?? (request.form.get('name') ?? '').trim().slice(0, LONGEST_NAME);
  if (name === '') return refused(400, 'Enter your name: many may have the ADMIN_TOKEN.');
  if (who.name === undefined && namesPerson(name)) return refused(400, 'Enter your name alone, without ids of Entra.');
  if (session !== undefined) await means.sessions.end(session.hash);
  const secret = await means.sessions.open({ ...who, name });
  return seeOtherReply('console:sign-in', returnPath(request.form.get('next')), {
    'Set-Cookie': means.cookie.give(secret),
  });
}

/** @throws ScimError 429 where too many attempts to sign in have failed from an address */
export function checkAttempts({ address }: ConsoleRequest, { attempts }: ConsoleParts): void {
  const wait = attempts.wait(address);
  if (wait === 0) return;
  throw new ScimError(429, `Too many attempts came from your address. Try again in ${Math.ceil(wait / 1000)} seconds.`);
}

const NO_ADMIN_TOKEN =
  'This server has no ADMIN_TOKEN. Sign in with a token that was made by: flexwhere-scim admin-token create';

const NOT_VALID =
  'That admin token is not valid: it is mistyped, has expired or was revoked, or is not the ADMIN_TOKEN of this server.';

/** Whoever has the ADMIN_TOKEN says who they are; any other token has a name of its own. */
async function whoHas(
  text: string,
  { adminToken, adminTokens }: ConsoleParts,
): Promise<(Omit<SignedIn, 'name'> & { readonly name: string | undefined }) | undefined> {
  if (adminToken !== undefined && sameText(text, adminToken)) return { role: 'admin', name: undefined };
  const token = await adminTokens.find(text);
  return token && { role: token.role, name: token.label, tokenId: token.id };
}

/** The page for signing in. @param values of its form, when it was shown before; `again` where a session is too old for something */
export function signInReply({
  values,
  session,
  status,
  problem,
  parts: { openId },
}: {
  readonly values: URLSearchParams;
  readonly session: OpenSession | undefined;
  readonly status: number;
  readonly problem: string | undefined;
  readonly parts: ConsoleParts;
}): ConsoleReply {
  const next = returnPath(values.get('next'));
  const again = values.has('again') ? 'again' : undefined;
  const name = values.get('name') ?? (session?.subject === undefined ? session?.name : undefined) ?? '';
  const page = {
    title: 'Sign in',
    body: (
      <>
        {again === undefined ? null : (
          <p class="notice">
            Secrets are shown and companies deleted within ten minutes of signing in. Sign in again, then repeat it.
          </p>
        )}
        {problem === undefined ? null : (
          <p class="notice warn" role="alert">
            {problem}
          </p>
        )}
        {openId === undefined ? null : (
          <p>
            <Link to={pathTo(['sign-in', 'start'], { next, again })} button>
              Sign in with Microsoft Entra
            </Link>
          </p>
        )}
        {openId === undefined || openId.only ? null : <h2>Or with an admin token</h2>}
        {openId?.only === true ? null : <Form next={next} name={name} />}
      </>
    ),
  };
  return pageReply('console:sign-in', pageText(page, session), status);
}

function Form({ next, name }: { readonly next: ConsolePath; readonly name: string }): JSX.Element {
  return (
    <PostForm to={pathTo(['sign-in'])}>
      <input type="hidden" name="next" value={next} />
      <Field
        label="Your name"
        hint="For the audit trail, with the ADMIN_TOKEN; any other token has the name of its label."
        name="name"
        value={name}
        maxLength={LONGEST_NAME}
        autocomplete="name"
      />
      <Field label="Admin token" name="admin-token" type="password" required autocomplete="current-password" />
      <button>Sign in</button>
    </PostForm>
  );
}
