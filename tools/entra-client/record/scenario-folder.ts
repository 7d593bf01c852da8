import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { SourcedExchange } from '../recording/exchange.js';
import { ABOUT } from '../recording/read-recording.js';
import { exchangeOf, type Provenance } from './exchange/exchange-of.js';
import { Replacements } from './exchange/replacements.js';
import type { Observed } from './observed.js';

/** A recording in the making: the folder of one scenario, with a file for each exchange. */
export class ScenarioFolder {
  readonly #folder: string;
  readonly #provenance: Provenance;
  readonly #replacements = new Replacements();
  #count = 0;
  #written: Promise<void> = Promise.resolve();

  private constructor(folder: string, provenance: Provenance) {
    this.#folder = folder;
    this.#provenance = provenance;
  }

  /** @throws Error if the folder has something in it already, or cannot be made. */
  static async create(folder: string, title: string, provenance: Provenance): Promise<ScenarioFolder> {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty; name a new folder`);
    await writeWhole(join(folder, ABOUT), { title, values: 'replaced' });
    return new ScenarioFolder(folder, provenance);
  }

  /** Adds an exchange, of which nothing is kept but what names nobody. Exchanges play in the order in which they are added. */
  add(observed: Observed): void {
    const number = this.#count + 1;
    const place = { scenario: basename(resolve(this.#folder)), number };
    const exchange = exchangeOf(observed, place, this.#provenance, this.#replacements);
    this.#count = number;
    const file = join(this.#folder, fileName(exchange, number));
    this.#written = this.#written.then(() => writeWhole(file, withoutScenario(exchange)));
    // complete() tells of it
    this.#written.catch(() => undefined);
  }

  /** Resolves with the number of exchanges once all of them are on disk. @throws Error if one could not be written */
  async complete(): Promise<number> {
    await this.#written;
    return this.#count;
  }
}

function fileName({ request }: SourcedExchange, number: number): string {
  const endpoint = /^\/\.?(\w+)/.exec(request.path)?.[1] ?? 'root';
  return `${String(number).padStart(4, '0')}-${request.method}-${endpoint}.json`.toLowerCase();
}

/** The folder says which scenario it is. */
const withoutScenario = (exchange: SourcedExchange): object => ({ ...exchange, scenario: undefined });

/** Written so that a process that is stopped leaves a whole file or none. */
async function writeWhole(file: string, content: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(content, undefined, 2)}\n`);
  await rename(`${file}.part`, file);
}
