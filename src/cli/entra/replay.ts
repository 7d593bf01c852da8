import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Exchange } from '#entra-client/recording/exchange.js';
import { readRecording } from '#entra-client/recording/read-recording.js';
import { junit } from '#entra-client/replay/junit.js';
import { play, type Played } from '#entra-client/replay/play.js';
import { passed, report, reportJson } from '#entra-client/replay/report.js';
import { addCommand, printOutcome, UsageError, type CommandLine, type CommonOptions } from '../command-line.js';
import { tenantUrl } from '../tenant/url.js';

interface ReplayOptions extends CommonOptions {
  readonly base: string;
  readonly token: string;
  readonly junit?: string;
}

/** Adds `replay`, which plays a recording to a SCIM server and reports every answer that differs. */
export function addReplay(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'replay <RECORDING>',
    'send the requests of a recording to any SCIM server and compare its answers with the recorded ones; exit status 1 if one differs',
  )
    .requiredOption('--base <URL>', 'the Tenant URL, such as https://scim.example.com/scim')
    .requiredOption('--token <TOKEN>', 'the secret token')
    .option('--junit <FILE>', 'also write the outcome as JUnit XML')
    .action(async (recording: string, options: ReplayOptions) => {
      const played = await playAll(forAnyTenant(cli, exchangesOf(recording)), options);
      printOutcome(cli, options, reportJson(played), report(played));
      // Last, so that the report is printed even if the file cannot be written.
      if (options.junit !== undefined) await writeFile(options.junit, junit(played));
      const failed = played.filter((one) => !passed(one)).length;
      if (failed > 0) throw new Error(`${failed} of ${played.length} exchanges failed`);
    });
}

function exchangesOf(recording: string): readonly Exchange[] {
  try {
    return readRecording(recording);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The exchanges that can be played together: a scenario that needs certain tenant settings is played alone. */
function forAnyTenant({ terminal }: CommandLine, exchanges: readonly Exchange[]): readonly Exchange[] {
  if (new Set(exchanges.map(({ scenario }) => scenario)).size === 1) return exchanges;
  const particular = new Map(exchanges.map(({ scenario, tenantSettings }) => [scenario, tenantSettings]));
  for (const [scenario, settings] of particular) {
    if (settings === undefined) continue;
    const wanted = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
    terminal.complain(`skipped: ${scenario}; name its folder to play it to a tenant with ${wanted.join(', ')}`);
  }
  return exchanges.filter(({ tenantSettings }) => tenantSettings === undefined);
}

async function playAll(exchanges: readonly Exchange[], { base, token }: ReplayOptions): Promise<readonly Played[]> {
  const played: Played[] = [];
  for await (const one of play(exchanges, { base: tenantUrl('--base', base), token })) played.push(one);
  return played;
}
