import type { Writable } from 'node:stream';

/** Nobody reads the output any more, such as after `| head`. */
export class OutputClosed extends Error {
  constructor() {
    super('Nobody reads the output.');
    this.name = 'OutputClosed';
  }
}

const CLOSED: ReadonlySet<string> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Standard output or standard error: whatever is written leaves whole, however slowly it is read. */
export class Output {
  readonly #stream: Writable;
  #fault: Error | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#fault ??= error;
    });
  }

  /** Writes without waiting: for little. What nobody reads is no error. */
  print(text: string): void {
    this.#stream.write(text, () => undefined);
  }

  /**
   * Resolves when the piece has left the process, so that one piece is in memory at a time.
   * @throws OutputClosed if nobody reads it
   */
  async write(piece: string): Promise<void> {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      this.#stream.write(piece, resolve);
    });
    if (error) throw isClosed(error) ? new OutputClosed() : error;
  }

  /** Resolves when all has left the process, or nobody reads it. @throws Error if it could not be written */
  async flushed(): Promise<void> {
    await this.write('').catch((error: unknown) => {
      if (!(error instanceof OutputClosed)) throw error;
    });
    if (this.#fault !== undefined && !isClosed(this.#fault)) throw this.#fault;
  }
}

const isClosed = (error: Error): boolean => 'code' in error && CLOSED.has(String(error.code));
