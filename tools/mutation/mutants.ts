import ts from 'typescript';

/** A small change of a source file that its tests ought to notice. */
export interface Mutant {
  /** Counted from 1. */
  readonly line: number;
  readonly kind: string;
  /** Where the text stands that gives way, as offsets in the file. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};

const METHODS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
};

/** Methods without which the value stays of its kind. */
const LEFT_OUT = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice', 'trim', 'normalize']);

/**
 * Every mutant of a file: operators swapped, bounds moved, conditions held, literals flipped or emptied, statements, `?.` and
 * calls left out. Sentences for people (text with a blank in it) stay as they are; so do types and imports.
 */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    for (const [kind, at, replacement] of changesOf(node)) {
      const start = at.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      found.push({ line, kind, start, end: at.getEnd(), replacement });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Change = readonly [kind: string, at: ts.Node, replacement: string];

const changesOf = (node: ts.Node): readonly Change[] => [
  ...operatorChanges(node),
  ...conditionChanges(node),
  ...literalChanges(node),
  ...statementChanges(node),
  ...callChanges(node),
];

function operatorChanges(node: ts.Node): readonly Change[] {
  if (ts.isBinaryExpression(node)) {
    const swaps = OPERATORS[node.operatorToken.getText()] ?? [];
    return swaps.map((other) => ['operator', node.operatorToken, other]);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [['negation left out', node, `(${node.operand.getText()})`]];
  return [];
}

function conditionChanges(node: ts.Node): readonly Change[] {
  if (ts.isIfStatement(node)) return held(node.expression);
  if (ts.isConditionalExpression(node)) return held(node.condition);
  // held true, a loop would not end
  if (ts.isWhileStatement(node)) return [['condition false', node.expression, 'false']];
  return [];
}

const held = (condition: ts.Expression): readonly Change[] => [
  ['condition true', condition, 'true'],
  ['condition false', condition, 'false'],
];

function literalChanges(node: ts.Node): readonly Change[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [['boolean', node, 'false']];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [['boolean', node, 'true']];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0 && !isAssignedTo(node))
    return [['array emptied', node, '[]']];
  if (!ts.isStringLiteral(node) || node.text.includes(' ') || isName(node)) return [];
  return [node.text === '' ? ['string filled', node, "'planted'"] : ['string emptied', node, "''"]];
}

const isAssignedTo = (node: ts.Node): boolean => ts.isBinaryExpression(node.parent) && node.parent.left === node;

const isName = (node: ts.StringLiteral): boolean =>
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node) || ts.isElementAccessExpression(node.parent);

function statementChanges(node: ts.Node): readonly Change[] {
  if (ts.isExpressionStatement(node)) return [['statement left out', node, ';']];
  if (ts.isThrowStatement(node)) return [['throw left out', node, ';']];
  if (ts.isContinueStatement(node)) return [['continue left out', node, ';']];
  return [];
}

function callChanges(node: ts.Node): readonly Change[] {
  if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined)
    return [['?. made certain', node.questionDotToken, '.']];
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression } = node.expression;
  const other = Object.hasOwn(METHODS, name.text) ? METHODS[name.text] : undefined;
  if (other !== undefined) return [['method', name, other]];
  return LEFT_OUT.has(name.text) ? [['call left out', node, expression.getText()]] : [];
}
