import { Presets, SingleBar } from 'cli-progress';
import type { PlayedCycle, SimulationWatch } from '../entra-client/simulator/simulation.js';
import type { Terminal } from './terminal.js';

/** A watch that can be ended, more than once. */
export interface EndingWatch extends SimulationWatch {
  end(): void;
}

/** Shows how a simulation gets on: a bar on a terminal, a line for each cycle elsewhere, nothing beside JSON. */
export function watchSimulation(terminal: Terminal, cycles: number, silent: boolean): EndingWatch {
  if (silent) return { request: () => undefined, cycle: () => undefined, end: () => undefined };
  return terminal.interactive ? bar(cycles) : lines(terminal);
}

function bar(cycles: number): EndingWatch {
  const progress = new SingleBar(
    { format: '{bar} cycle {value} of {total} · {requests} requests · {failures} failures', hideCursor: true },
    Presets.shades_classic,
  );
  let requests = 0;
  let played = 0;
  progress.start(cycles, 0, { requests, failures: 0 });
  return {
    request: () => {
      requests += 1;
      progress.update({ requests });
    },
    cycle: ({ failures }) => {
      played += 1;
      progress.setTotal(Math.max(cycles, played));
      progress.update(played, { failures });
    },
    end: () => {
      progress.stop();
    },
  };
}

function lines(terminal: Terminal): EndingWatch {
  let requests = 0;
  let played = 0;
  return {
    request: () => {
      requests += 1;
    },
    cycle: (cycle) => {
      played += 1;
      terminal.print(lineOf(cycle, played, requests));
    },
    end: () => undefined,
  };
}

function lineOf({ kind, tally, failures, stopped }: PlayedCycle, played: number, requests: number): string {
  const reason = stopped === undefined ? '' : `; stopped: ${stopped.message}`;
  return `cycle ${played} (${kind}): ${tally.objects} users and groups, ${failures} failures, ${requests} requests so far${reason}`;
}
