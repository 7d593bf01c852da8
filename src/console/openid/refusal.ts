import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';

/** Why nobody was signed in: its message is for whoever tried. It holds nothing secret, and nothing that Entra says of a person. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';

  /** @param isFault whether somebody has to repair something, so that the log is to have it */
  constructor(
    readonly status: 400 | 403 | 503,
    message: string,
    readonly isFault = false,
  ) {
    super(message);
  }
}

/** Somebody came back who had not been sent, or not from this browser, or too long ago, or who was back before. */
export const notBegun = (): SignInRefused =>
  new SignInRefused(
    400,
    'This sign-in was begun in another browser or tab, more than ten minutes ago, or was used already. Sign in again.',
  );

/** What an error of the library means to people. @param host where Entra is, such as `login.microsoftonline.com` */
export function refusalOf(error: unknown, host: string): SignInRefused {
  if (error instanceof SignInRefused) return error;
  if (error instanceof AuthorizationResponseError) return deniedBy(error);
  if (error instanceof ResponseBodyError && error.status < 500) return notExchanged(error);
  if (error instanceof WWWAuthenticateChallengeError) return credentialsRefused('401');
  const code = error instanceof ClientError ? (error.code ?? '') : '';
  if (error instanceof TypeError || error instanceof ResponseBodyError || AWAY.includes(code)) return away(host);
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
    const wrong =
      'Entra signed you in for a time that is not now. The clock of this server may be wrong: tell an operator.';
    return new SignInRefused(503, wrong, true);
  }
  return unchecked(code === '' ? 'no code' : code);
}

const AWAY = ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'];

const away = (host: string): SignInRefused =>
  new SignInRefused(503, `Entra (${host}) did not answer as it should. Try again in a minute.`, true);

/** An answer that somebody may have made up. @param what the check that it did not pass */
export const unchecked = (what: string): SignInRefused =>
  new SignInRefused(
    403,
    `The answer of Entra did not pass a check (${what}), so nobody was signed in. Sign in again; if this repeats, tell an operator.`,
    true,
  );

/** Entra sends people back with an error, such as where they are not assigned to the application. */
function deniedBy({ error, error_description: description }: AuthorizationResponseError): SignInRefused {
  if (['server_error', 'temporarily_unavailable'].includes(error)) {
    return new SignInRefused(
      503,
      `Entra cannot sign you in now (${codes(error, description)}). Try again in a minute.`,
    );
  }
  return new SignInRefused(
    403,
    `Entra did not sign you in (${codes(error, description)}). Whoever manages this application in Entra has to assign you ` +
      'to it, with the role viewer, operator or admin; give them this code.',
  );
}

/** Entra does not exchange the code: it was used or has expired, or the fault is the server's. */
function notExchanged({ error, error_description: description }: ResponseBodyError): SignInRefused {
  const what = codes(error, description);
  if (error !== 'invalid_grant') return credentialsRefused(what);
  return new SignInRefused(400, `Entra takes a sign-in once, and soon (${what}). Sign in again.`);
}

const credentialsRefused = (what: string): SignInRefused =>
  new SignInRefused(
    503,
    `Entra refused the credentials of this server (${what}). An operator has to check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: ` +
      'the secret may have expired.',
    true,
  );

/** The codes of an error and nothing else of it: descriptions name people and addresses. */
function codes(error: string, description = ''): string {
  const [number] = /AADSTS\d{1,9}/u.exec(description) ?? [];
  const word = /^[a-z_]{1,60}$/u.test(error) ? error : 'an unknown error';
  return number === undefined ? word : `${word}, ${number}`;
}
