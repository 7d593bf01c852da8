/** A value that is bound to a statement; text from outside is never part of its SQL. */
export type Binding = string | number | boolean;

/** A piece of SQL with the values for its question marks, in their order. */
export interface Sql {
  readonly text: string;
  readonly bindings: readonly Binding[];
}

/** Makes a piece of SQL: pieces within it are put in their places, everything else is bound. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Binding)[]): Sql {
  let text = strings[0] ?? '';
  const bindings: Binding[] = [];
  parts.forEach((part, index) => {
    const piece = typeof part === 'object' ? part : { text: '?', bindings: [part] };
    text += piece.text + (strings[index + 1] ?? '');
    bindings.push(...piece.bindings);
  });
  return { text, bindings };
}

/** SQL that is the server's own, such as the alias of a table. */
export function ownSql(text: string): Sql {
  return { text, bindings: [] };
}

/** Pieces in parentheses with `and` or `or` between them. */
export function joined(pieces: readonly Sql[], by: 'and' | 'or'): Sql {
  return {
    text: `(${pieces.map(({ text }) => text).join(` ${by} `)})`,
    bindings: pieces.flatMap(({ bindings }) => bindings),
  };
}
