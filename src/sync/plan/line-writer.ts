import type { DraftLine } from './decide.js';
import { AT_A_TIME, type Draft } from './planning.js';

/** Numbers the lines of a plan that is being made, and stores them in pieces. */
export class LineWriter {
  readonly #draft: Draft;
  #waiting: DraftLine[] = [];
  #written = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  async add(lines: readonly DraftLine[]): Promise<void> {
    this.#waiting.push(...lines);
    if (this.#waiting.length >= AT_A_TIME) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { planning, tenantId, planId } = this.#draft;
    const lines = this.#waiting.map((line, index) => ({ ...line, number: this.#written + index + 1 }));
    await planning.storage.writeSync(tenantId, (sync) => sync.insertLines(planId, lines));
    this.#written += lines.length;
    this.#waiting = [];
  }
}
