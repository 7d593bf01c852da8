import { askServer, type Answer, type TestServer } from './server.fixture.js';

/** Somebody who uses the console as a browser without script does: keeps cookies, follows, and sends the forms of pages. */
export class Visitor {
  readonly #cookies = new Map<string, string>();

  /** @param always headers of every request */
  constructor(
    readonly server: Pick<TestServer, 'url' | 'adminToken'>,
    readonly always: Readonly<Record<string, string>> = {},
  ) {}

  /** The cookies that the server gave, as they are sent. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
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
    const cookie = this.cookie === '' ? {} : { Cookie: this.cookie };
    const answer = await askServer(this.server.url, {
      method,
      path,
      headers: { Host: new URL(this.server.url).host, ...this.always, ...cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const given of answer.headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = (given.split(';', 1)[0] ?? '').split('=');
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** The session's token in the forms of a page. */
export const formToken = ({ text }: Answer): string | undefined => /name="token" value="([^"]+)"/u.exec(text)?.[1];
