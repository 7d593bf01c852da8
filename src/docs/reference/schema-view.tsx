import type { JSX } from 'preact';
import { Prose } from '../layout/prose.js';
import type { SchemaNode } from './schema.js';

/** A schema with all that is in it. */
export function SchemaView({ node }: { readonly node: SchemaNode }): JSX.Element {
  return (
    <div class="schema">
      <p>
        <Kind node={node} />
      </p>
      <Prose text={node.description} />
      <Inside node={node} />
    </div>
  );
}

function Kind({ node: { type, required, facts } }: { readonly node: SchemaNode }): JSX.Element {
  return (
    <span class="kind">
      {[type, ...facts].join('; ')}
      {required ? (
        <>
          {' '}
          <strong>required</strong>
        </>
      ) : null}
    </span>
  );
}

function Inside({ node: { children, alternatives } }: { readonly node: SchemaNode }): JSX.Element {
  return (
    <>
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <Property key={child.name} node={child} />
          ))}
        </ul>
      )}
      {alternatives.length === 0 ? null : (
        <ol class="alternatives">
          {alternatives.map((alternative, index) => (
            <Property key={index} node={alternative} />
          ))}
        </ol>
      )}
    </>
  );
}

const Property = ({ node }: { readonly node: SchemaNode }): JSX.Element => (
  <li>
    {node.name === undefined ? null : <code class="name">{node.name}</code>} <Kind node={node} />
    <Prose text={node.description} />
    <Inside node={node} />
  </li>
);
