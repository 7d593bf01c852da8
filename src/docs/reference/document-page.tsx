import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { Html, Prose } from '../layout/prose.js';
import { PlacesContext } from '../layout/places.js';
import { renderMarkdown } from '../guide/markdown.js';
import { objectAt, textIn, type ApiDocument } from './document.js';
import { byTag, type Operation } from './operation.js';

/** A document: its operations by topic, then what holds for all of them. */
export function DocumentPage({
  document,
  operations,
}: {
  readonly document: ApiDocument;
  readonly operations: readonly Operation[];
}): JSX.Element {
  const { version, description } = objectAt(document.definition, 'info');
  const places = useContext(PlacesContext);
  return (
    <>
      <p>
        Version {textIn(version)}. The document itself, for tools: <code>/openapi/{document.name}.yaml</code> and{' '}
        <code>.json</code> on every server.
      </p>
      {byTag(document, operations).map((tag) => (
        <section key={tag.name}>
          <h2 id={anchorOf(tag.name)}>{tag.name}</h2>
          <Prose text={tag.description} />
          <ul class="operations">
            {tag.operations.map((operation) => (
              <li key={operation.id}>
                <strong class={`method ${operation.method.toLowerCase()}`}>{operation.method}</strong>{' '}
                <a href={places.page(`reference/${document.name}/${operation.id}`)}>{operation.summary}</a>{' '}
                <code>{operation.path}</code>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Html html={renderMarkdown(textIn(description)).html} />
    </>
  );
}

/** The id of the heading of a topic; no heading of a description begins so. */
export const anchorOf = (tag: string): string => `topic-${tag.toLowerCase().replaceAll(' ', '-')}`;
