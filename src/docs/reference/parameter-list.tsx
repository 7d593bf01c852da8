import type { JSX } from 'preact';
import { Prose } from '../layout/prose.js';
import type { ApiDocument } from './document.js';
import { exampleText, type Parameter } from './operation.js';
import { schemaNode } from './schema.js';

const PLACES: Readonly<Record<string, string>> = { path: 'in the path', query: 'in the query', header: 'header' };

/** Parameters of a request, or headers of an answer. */
export function ParameterList({
  document,
  parameters,
}: {
  readonly document: ApiDocument;
  readonly parameters: readonly Parameter[];
}): JSX.Element | null {
  if (parameters.length === 0) return null;
  return (
    <ul class="schema">
      {parameters.map((parameter) => (
        <li key={`${parameter.place} ${parameter.name}`}>
          <code class="name">{parameter.name}</code>{' '}
          <span class="kind">
            {[PLACES[parameter.place] ?? parameter.place, ...wordsOf(document, parameter)].join('; ')}
          </span>
          {parameter.required ? (
            <>
              {' '}
              <strong>required</strong>
            </>
          ) : null}
          <Prose text={parameter.description} />
          <Values parameter={parameter} />
        </li>
      ))}
    </ul>
  );
}

function wordsOf(document: ApiDocument, { schema }: Parameter): readonly string[] {
  if (schema === undefined) return [];
  const { type, facts } = schemaNode(document, schema);
  return [type, ...facts];
}

function Values({ parameter: { examples } }: { readonly parameter: Parameter }): JSX.Element | null {
  if (examples.length === 0) return null;
  return (
    <ul class="values">
      {examples.map(({ summary, value }, index) => (
        <li key={index}>
          <code>{exampleText(value)}</code> {summary}
        </li>
      ))}
    </ul>
  );
}
