import type { Command } from 'commander';
import { explainPerson, type ExplanationJson } from '../../activity/explain/explain.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { printableLines } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addActivityCommand, onActivity } from './options.js';

/** Adds `person explain`, which says what happened to a person. */
export function addPersonExplain(parent: Command, cli: CommandLine): void {
  addActivityCommand(
    parent,
    'explain <NAME>',
    'say what happened to a person, by userName, externalId or SCIM id',
  ).action((name: string, options: TenantOptions) =>
    onActivity(cli, options, async ({ storage, tenant }) => {
      const explanation = await explainPerson(storage, tenant.id, name, new Date());
      printOutcome(cli, options, explanation, printableLines(explanationText(explanation)));
    }),
  );
}

function explanationText({ answer, sections }: ExplanationJson): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['What Entra said', sections.entra],
    ['What FlexWhere was told', sections.told],
    ['What stands between', sections.between],
  ];
  return [
    answer,
    ...parts.flatMap(([title, lines]) => (lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)])),
  ].join('\n');
}
