import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The files that pages load. */
export type AssetName = 'console.css' | 'console.js' | 'htmx.js' | 'icon.svg';

interface Asset {
  readonly type: string;
  readonly text: string;
  /** Of its content, so that browsers can keep it. */
  readonly version: string;
}

/** Three levels above this folder, in src/ as well as in dist/, is the checkout, which has the files that are not compiled. */
const own = (name: string): URL => new URL(`../../../src/console/assets/${name}`, import.meta.url);

const ASSETS: ReadonlyMap<string, Asset> = new Map<AssetName, Asset>([
  ['console.css', asset('text/css', own('console.css'))],
  ['icon.svg', asset('image/svg+xml', own('icon.svg'))],
  ['console.js', asset('text/javascript', own('console.js'))],
  ['htmx.js', asset('text/javascript', createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'))],
]);

function asset(type: string, file: string | URL): Asset {
  const text = readFileSync(file, 'utf8');
  return { type, text, version: createHash('sha256').update(text).digest('hex').slice(0, 12) };
}

/** The address of a file, which changes with its content. */
export const assetAddress = (name: AssetName): string => `/admin/assets/${name}?v=${ASSETS.get(name)?.version ?? ''}`;

/** The file of that name; undefined where there is none. */
export const findAsset = (name: string): Omit<Asset, 'version'> | undefined => ASSETS.get(name);
