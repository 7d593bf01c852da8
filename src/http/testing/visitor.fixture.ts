import { askServer, type Answer, type TestServer } from './server.fixture.js';

/** Somebody who uses the console as a browser without script does: keeps the cookie, follows, and sends the forms of pages. */
export class Visitor {
  #cookie = '';

  constructor(readonly server: Pick<TestServer, 'url' | 'adminToken'>) {}

  /** The cookie that the server gave. */
  get cookie(): string {
    return this.#cookie;
  }

  /** Signs in with the server's admin token. */
  async signIn(name = 'Ada'): Promise<Answer> {
    return this.post('/admin/sign-in', { name, 'admin-token': this.server.adminToken });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send('GET', path, headers);
  }

  /** Sends fields as the page's own form does; with the session's token where the page `on` has one. */
  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    { on, headers = { 'Sec-Fetch-Site': 'same-origin' } }: { on?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const token = on === undefined ? undefined : formToken(await this.get(on));
    const form = new URLSearchParams({ ...(token === undefined ? {} : { token }), ...fields }).toString();
    return this.#send('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, form);
  }

  async #send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
    const cookie = this.#cookie === '' ? {} : { Cookie: this.#cookie };
    const answer = await askServer(this.server.url, {
      method,
      path,
      headers: { Host: new URL(this.server.url).host, ...cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const [given] = answer.headers['set-cookie'] ?? [];
    if (given !== undefined) this.#cookie = given.split(';', 1)[0] ?? '';
    return answer;
  }
}

/** The session's token in the forms of a page. */
export const formToken = ({ text }: Answer): string | undefined => /name="token" value="([^"]+)"/u.exec(text)?.[1];
