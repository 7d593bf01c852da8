import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';

/** A process of runner.fixture.ts. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #closed: Promise<undefined>;
  #answer: ((text: string) => void) | undefined;

  constructor(program: string, databaseUrl: string, backendUrl: string, secret: string) {
    this.#child = spawn(process.execPath, [program, databaseUrl, backendUrl, secret], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#child, 'close').then(() => undefined);
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('the process has no output');
    const lines = createInterface(stdout);
    this.#ready = once(lines, 'line');
    lines.on('line', (text) => this.#answer?.(text));
  }

  get ready(): Promise<unknown> {
    return this.#ready;
  }

  /** Gives a command; resolves with what came of it, or undefined if the process was killed before. */
  async run(command: string): Promise<JsonObject | undefined> {
    // Who is killed before it is ready never says so.
    if ((await Promise.race([this.#ready, this.#closed])) === undefined) return undefined;
    const answer = new Promise<string>((resolve) => {
      this.#answer = resolve;
    });
    this.#child.stdin?.write(`${command}\n`);
    const text = await Promise.race([answer, this.#closed]);
    if (text === undefined) return undefined;
    const came: unknown = JSON.parse(text);
    return isJsonObject(came) ? came : {};
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
