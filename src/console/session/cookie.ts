/** The cookie that carries a session. */
export interface SessionCookie {
  /** The secret in a Cookie header; undefined where it has none. */
  read(header: string | undefined): string | undefined;
  /** The Set-Cookie header that gives a browser the secret. @param seconds how long it keeps it; until it is closed if undefined */
  give(secret: string, seconds?: number): string;
  /** The Set-Cookie header that makes a browser forget it. */
  readonly forget: string;
}

/**
 * A cookie that carries a session. Below https, its name begins with `__Host-`: no other host, and no page that came
 * unencrypted, can set it (RFC 6265bis §4.1.3.2).
 * @param word what the name ends in
 * @param secure whether people reach the server by https
 */
export function sessionCookie(word: 'fw' | 'fwcheck' | 'fwopenid' | 'fwsetup', secure: boolean): SessionCookie {
  const name = secure ? `__Host-${word}` : word;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    read: (header) => {
      const pair = (header ?? '').split(';').find((one) => one.trim().startsWith(`${name}=`));
      return pair?.trim().slice(name.length + 1);
    },
    give: (secret, seconds) => `${name}=${secret}${attributes}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`,
    forget: `${name}=${attributes}; Max-Age=0`,
  };
}
