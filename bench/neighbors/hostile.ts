import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Asked } from './client.js';
import type { Staged } from './staging.js';

/** The hostile tenant's side of one shape: it counts its requests and the answers. */
export class Hostile {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #sockets = new Set<Socket>();
  readonly #end: number;
  /** How often each status was answered; `closed` and `open` are of connections that got none. */
  readonly answers: Record<string, number> = {};
  bytes = 0;

  constructor(
    readonly port: number,
    readonly staged: Staged,
    seconds: number,
  ) {
    this.#end = performance.now() + seconds * 1_000;
  }

  get over(): boolean {
    return performance.now() >= this.#end;
  }

  /** Sends requests one after the other on each of so many connections, until the time is over. */
  async flood(parallel: number, next: (turn: number) => Asked, token = (): string => this.staged.token): Promise<void> {
    let turn = 0;
    const loop = async (): Promise<void> => {
      while (!this.over) await this.send(next(turn++), token());
    };
    await Promise.all(Array.from({ length: parallel }, loop));
  }

  async send(asked: Asked, token = this.staged.token): Promise<void> {
    this.bytes += 300 + asked.path.length + (asked.body?.length ?? 0);
    const { status, retryAfter } = await ask({ port: this.port, token }, this.#agent, asked);
    this.#count(status === 0 ? 'closed' : status);
    // A client that is told to wait does not wait, but does not count the refusals of a second in thousands either.
    if (retryAfter !== undefined) await sleep(5);
  }

  /** Opens connections, writes the text on each, reads nothing, and waits until the time is over. */
  async hold(count: number, text: string, each?: (socket: Socket) => void): Promise<void> {
    for (let opened = 0; opened < count; opened += 1) {
      this.#open(text, each);
      if (opened % 50 === 49) await sleep(10);
    }
    while (!this.over) await sleep(100);
    for (const socket of this.#sockets) {
      this.#count('open');
      socket.removeAllListeners('close');
      socket.destroy();
    }
  }

  stop(): void {
    this.#agent.destroy();
  }

  #open(text: string, each?: (socket: Socket) => void): void {
    const socket = connect({ port: this.port, host: '127.0.0.1' });
    this.bytes += text.length;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#count('closed');
    });
    socket.pause();
    socket.write(text);
    each?.(socket);
  }

  #count(answer: number | string): void {
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }
}
