import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from './bundle.js';
import { checksum, pack, stage } from './package.js';
import { serveFrom } from './serve-from.js';

/** Writes the archive of a release, its bill of materials and their checksums into `release`, after trying to install it. */
const folder = join(ROOT, 'release');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const empty = mkdtempSync(join(tmpdir(), 'flexwhere-scim-release-'));
try {
  stage(join(empty, 'staged'));
  const archive = pack(join(empty, 'staged'), folder);
  const materials = `${archive.slice(0, -'.tgz'.length)}.cdx.json`;
  writeFileSync(materials, npm(ROOT, 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'));
  const sums = [archive, materials].map((file) => checksum(file, basename(file))).join('');
  writeFileSync(join(folder, 'SHA256SUMS'), sums);
  const installed = join(empty, 'installed');
  mkdirSync(installed);
  npm(installed, 'install', '--no-audit', '--no-fund', archive);
  const wrong = await serveFrom(installed, join(installed, 'node_modules', '.bin', 'flexwhere-scim'));
  if (wrong.length > 0) throw new Error(`the installed server answers ${wrong.join(', ')}`);
  process.stdout.write(sums);
} finally {
  rmSync(empty, { recursive: true, force: true });
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 });
}
