import type { Send } from '../../tools/entra-client/simulator/wire/wire.js';
import { Acknowledged } from './acknowledged.js';
import { wrongFailures } from './expected-failures.js';
import { wrongGroups } from './expected-groups.js';
import { wrongUsers } from './expected-users.js';
import type { History } from './history.js';
import type { World } from './model.js';
import { Player } from './play.js';
import { readStaged } from './staged.js';

/**
 * Plays a history on an empty tenant, and compares what has been staged before and after the restart in the end.
 * @param send what Entra sends through
 * @param read what the staging directory is read through
 * @returns in what the staging directory is not what Entra's state implies; empty where it is
 */
export async function wrongAfter(history: History, send: Send, read: Send = send): Promise<readonly string[]> {
  const acknowledged = new Acknowledged();
  const player = new Player(history, acknowledged.noting(send));
  await player.playSteps();
  const unkept = acknowledged.wrongIn(await readStaged(read));
  await player.restart();
  const { directory, job, journal, surprises } = player;
  const staged = await readStaged(read);
  const world: World = { directory, links: job.links, failures: job.failures, journal, staged };
  const wrong = [...wrongUsers(world), ...wrongGroups(world), ...wrongFailures(world)];
  return [...surprises, ...unkept, ...wrong, ...acknowledged.wrongIn(staged)];
}
