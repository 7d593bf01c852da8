import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isObject, parseJson, type Json, type JsonObject } from '../json.js';
import { isExchange, isSourced, type Exchange, type SourcedExchange } from './exchange.js';

/** The file of a scenario that says what it is; the other files of its folder are its exchanges. */
export const ABOUT = 'scenario.json';

/**
 * Reads a recording, in the order in which it plays.
 * @param path a folder of scenarios, the folder of one scenario (it has a `scenario.json`), or a file with an exchange a line
 * @throws Error that names the file, and the line, which is not an exchange; or that says that there is none;
 *   or what Node says of a path that cannot be read.
 */
export function readRecording(path: string): readonly Exchange[] {
  const exchanges = statSync(path).isDirectory() ? readFolder(path) : readLines(path);
  const ids = new Set(exchanges.map(({ id }) => id));
  if (exchanges.length === 0) throw new Error(`${path} has no exchange`);
  if (ids.size < exchanges.length) throw new Error(`${path} has an id twice`);
  return exchanges;
}

/**
 * Reads a folder of scenarios whose exchanges all say where they come from.
 * @throws Error as readRecording, and for an exchange that does not.
 */
export function readSourcedRecording(path: string): readonly SourcedExchange[] {
  return readRecording(path).map((exchange) => {
    if (!isSourced(exchange)) throw new Error(`${exchange.id} does not say where it comes from, or how sure that is`);
    return exchange;
  });
}

function readFolder(path: string): readonly Exchange[] {
  if (existsSync(join(path, ABOUT))) return readScenario(path);
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => readScenario(join(path, name)));
}

function readScenario(folder: string): readonly Exchange[] {
  const known = { scenario: basename(resolve(folder)), ...settingsOf(join(folder, ABOUT)) };
  return readdirSync(folder)
    .filter((name) => name !== ABOUT && name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
    .map((file) => readExchange(file, readFileSync(file, 'utf8'), known));
}

/** What a scenario's own file says of the tenant. */
function settingsOf(file: string): { readonly tenantSettings?: Json } {
  const about = existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : {};
  if (!isObject(about)) throw new Error(`${file} is no JSON object`);
  const { tenantSettings } = about;
  return tenantSettings === undefined ? {} : { tenantSettings };
}

const readLines = (file: string): readonly Exchange[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => readExchange(place, line, {}));

function readExchange(place: string, text: string, known: JsonObject): Exchange {
  const content = parseJson(text);
  const exchange: unknown = isObject(content) ? { ...content, ...known } : content;
  if (isExchange(exchange)) return exchange;
  throw new Error(`${place} has not the form of an exchange; contract-tests/README.md describes it`);
}
