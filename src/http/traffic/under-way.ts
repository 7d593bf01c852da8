import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many requests may be under way on one connection; real clients wait for an answer before they send the next. */
const MOST_PIPELINED = 16;

/**
 * The answers under way, by their connection. When a connection breaks, Node says so of the first answer on it alone. Those behind it
 * get the same event here, so that whoever waits for the end of an answer hears of it.
 */
export class AnswersUnderWay {
  readonly #byConnection = new Map<Socket, Set<ServerResponse>>();
  #closeIdle: (() => void) | undefined;

  /**
   * Counts an answer until it is over.
   * @returns false for one too many on its connection, which is closed
   */
  begin(socket: Socket, response: ServerResponse): boolean {
    if (socket.destroyed) return false;
    const answers = this.#byConnection.get(socket) ?? this.#connected(socket);
    if (answers.size === MOST_PIPELINED) {
      socket.destroy();
      return false;
    }
    answers.add(response);
    if (this.#closeIdle !== undefined) response.shouldKeepAlive = false;
    // Log, room, draining and the streams of a long answer each wait for its end.
    response.setMaxListeners(20);
    response.on('close', () => {
      answers.delete(response);
      this.#closeIdle?.();
    });
    return true;
  }

  /**
   * From now on an answer says that its connection closes after it.
   * @param closeIdle called after each answer
   */
  drain(closeIdle: () => void): void {
    this.#closeIdle = closeIdle;
    for (const answers of this.#byConnection.values()) {
      for (const response of answers) response.shouldKeepAlive = false;
    }
  }

  #connected(socket: Socket): Set<ServerResponse> {
    const answers = new Set<ServerResponse>();
    this.#byConnection.set(socket, answers);
    socket.once('close', () => {
      this.#byConnection.delete(socket);
      // By then Node has said it of the first one, which is among these no longer.
      setImmediate(() => {
        for (const response of answers) response.destroy().emit('close');
      });
    });
    return answers;
  }
}
