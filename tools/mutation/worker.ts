import { readFileSync } from 'node:fs';
import { Planter, type Kind, type Planting } from './planter.js';

/** What a worker is given: a path to it stands on its command line. */
export interface Work extends Kind {
  readonly plantings: readonly Planting[];
}

// A process of its own, since a change may make a loop that never ends: the one who started it then ends it.
const { pure, plantings } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Work;
const planter = await Planter.start({ pure });
for (const planting of plantings) if (process.connected) process.send?.(await planter.run(planting));
await planter.stop();
process.exit(0);
