import type { Command } from 'commander';

/** A command line in a document. */
export interface CommandText {
  /** The file and the line. */
  readonly at: string;
  /** Without the name of the program. */
  readonly words: readonly string[];
  /** What is set in front of it, such as `PORT` for `PORT=8090 flexwhere-scim serve`. */
  readonly variables: readonly string[];
}

const PROGRAM = /(?:^|\s)(?:flexwhere-scim|node dist\/cli\/main\.js)(?=\s|$)/u;

/** The command lines of this program in the indented blocks of a document; a line that ends in a backslash continues. */
export function commandLines(file: string, text: string): readonly CommandText[] {
  const lines = text.replace(/ \\\n\s+/gu, ' ').split('\n');
  return lines.flatMap((line, index) => {
    const match = line.startsWith('    ') ? PROGRAM.exec(line) : null;
    if (match === null) return [];
    const variables = line
      .slice(0, match.index)
      .split(' ')
      .flatMap((word) => (/^[A-Z_]+=/u.test(word) ? [word.slice(0, word.indexOf('='))] : []));
    return [
      {
        at: `${file}:${index + 1} ${line.trim()}`,
        words: wordsOf(line.slice(match.index + match[0].length)),
        variables,
      },
    ];
  });
}

/** The words up to a comment, a pipe or another command; what is in brackets is written as if it were given. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/"[^"]*"|'[^']*'|[^\s"']+/gu) ?? [];
  const end = words.findIndex((word) => /^[#|>&;]/u.test(word));
  return (end < 0 ? words : words.slice(0, end))
    .map((word) => word.replaceAll(/[[\]]/gu, ''))
    .filter((word) => word !== '');
}

/** What is wrong with a command line; undefined where the program takes it. */
export function faultOf(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  let rest = words;
  for (;;) {
    const inner = command.commands.find((one) => one.name() === rest[0]);
    if (inner === undefined) break;
    command = inner;
    rest = rest.slice(1);
  }
  if (command.commands.length > 0) return rest[0]?.startsWith('-') === true ? undefined : `no command ${rest[0] ?? ''}`;
  return faultInArguments(command, rest);
}

function faultInArguments(command: Command, words: readonly string[]): string | undefined {
  let positional = 0;
  for (let index = 0; index < words.length; index += 1) {
    const [name = '', value] = words[index]?.split(/=(.*)/su) ?? [];
    if (!name.startsWith('-')) {
      positional += 1;
      continue;
    }
    const option = command.options.find(({ long, short }) => name === long || name === short);
    if (option === undefined && name !== '--help') return `no option ${name}`;
    if (option?.required !== true && option?.optional !== true) continue;
    if (value === undefined) index += 1;
    if (index >= words.length) return `no value of ${name}`;
  }
  const given = command.registeredArguments;
  if (positional < given.filter(({ required }) => required).length) return 'an argument is missing';
  return positional > given.length && !given.some(({ variadic }) => variadic) ? 'an argument too many' : undefined;
}
