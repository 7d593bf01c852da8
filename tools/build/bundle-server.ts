import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atCompiled, bundle, ROOT } from './bundle.js';

/** Makes `dist/cli/main.js` start the bundled program: called by `make build`, after the compiler has written `dist`. */
const folder = join(ROOT, 'dist', 'bundled');
await rm(folder, { recursive: true, force: true });
await bundle({ entry: 'src/cli/main.ts', folder, name: 'main', placeOf: atCompiled(folder) });
await writeFile(join(ROOT, 'dist', 'cli', 'main.js'), "#!/usr/bin/env node\nimport '../bundled/main.js';\n");
