import { setImmediate } from 'node:timers/promises';
import type { Guides } from '../guide/guides.js';
import { renderMarkdown, type Part } from '../guide/markdown.js';
import { placesOnServer, type PageId } from '../layout/places.js';
import { objectAt, textIn } from '../reference/document.js';
import type { Operation } from '../reference/operation.js';
import type { Documented } from '../reference/reference.js';
import { schemaNode, type SchemaNode } from '../reference/schema.js';
import type { Entry } from './search.js';

/**
 * Everything that can be found: guides by their headings, documents by theirs, and each operation. Other requests of the
 * process get their turn between two pages.
 */
export async function entriesOf(guides: Guides, documents: readonly Documented[]): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (const id of guides.ids) {
    all.push(...partsAsEntries(id, guides.title(id), guides.render(id, placesOnServer).parts));
    await setImmediate();
  }
  for (const one of documents) {
    all.push(...documentEntries(one));
    for (const operation of one.operations) {
      all.push(operationEntry(one, operation));
      await setImmediate();
    }
  }
  return all;
}

function documentEntries({ document, title }: Documented): readonly Entry[] {
  const { description } = objectAt(document.definition, 'info');
  return partsAsEntries(`reference/${document.name}`, title, renderMarkdown(textIn(description)).parts);
}

const partsAsEntries = (page: PageId, title: string, parts: readonly Part[]): readonly Entry[] =>
  parts
    .filter(({ heading, text }) => heading !== undefined || text !== '')
    .map(({ heading, text }) => ({
      ...{ page, text },
      anchor: heading?.id ?? '',
      title: heading === undefined ? title : `${title} › ${heading.text}`,
    }));

function operationEntry({ document, title }: Documented, operation: Operation): Entry {
  const { id, method, path, summary, description, parameters, bodies, responses } = operation;
  const text = [
    id,
    description,
    ...parameters.flatMap((one) => [one.name, one.description]),
    ...bodies.flatMap(({ schema }) => namesIn(schemaNode(document, schema))),
    ...responses.map((one) => `${one.status} ${one.description}`),
  ];
  return {
    ...{ page: `reference/${document.name}/${id}`, anchor: '' },
    title: `${title} › ${summary} (${method} ${path})`,
    text: text.join(' ').replaceAll(/\s+/gu, ' '),
  };
}

/** The names of all properties in a schema, each once. */
function namesIn(node: SchemaNode): readonly string[] {
  const inner = [...node.children, ...node.alternatives].flatMap(namesIn);
  return [...new Set([...(node.name === undefined ? [] : [node.name]), ...inner])];
}
