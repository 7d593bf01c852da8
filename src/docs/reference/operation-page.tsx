import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { Code, Prose } from '../layout/prose.js';
import { PlacesContext } from '../layout/places.js';
import { curlLine, type Caller } from './curl.js';
import type { ApiDocument } from './document.js';
import { exampleText, type ApiResponse, type Content, type Example, type Operation } from './operation.js';
import { ParameterList } from './parameter-list.js';
import { schemaNode } from './schema.js';
import { SchemaView } from './schema-view.js';

/** All that there is to know about one operation. */
export function OperationPage({
  document,
  operation,
  caller,
}: {
  readonly document: ApiDocument;
  readonly operation: Operation;
  readonly caller: Caller;
}): JSX.Element {
  const { method, path, description, parameters, bodies, responses } = operation;
  const good = responses.filter(({ status }) => Number(status) < 400);
  const errors = responses.filter(({ status }) => Number(status) >= 400);
  return (
    <>
      <p class="operation">
        <strong class={`method ${method.toLowerCase()}`}>{method}</strong> <code>{path}</code>
        <TryLink document={document} operation={operation} />
      </p>
      <Prose text={description} />
      <h2 id="request">Request</h2>
      <Code text={curlLine(caller, operation)} />
      <ParameterList document={document} parameters={parameters} />
      {bodies.map((content) => (
        <ContentView key={content.type} document={document} content={content} what="Body" />
      ))}
      <h2 id="answers">Answers</h2>
      {good.map((response) => (
        <ResponseView key={response.status} document={document} response={response} />
      ))}
      <h2 id="errors">Errors</h2>
      {errors.map((response) => (
        <ErrorView key={response.status} response={response} />
      ))}
    </>
  );
}

function TryLink({
  document,
  operation,
}: {
  readonly document: ApiDocument;
  readonly operation: Operation;
}): JSX.Element | null {
  const { trying } = useContext(PlacesContext);
  const [tag = ''] = operation.tags;
  // No server of ours answers what a FlexWhere backend is asked.
  if (trying === undefined || document.name === 'backend') return null;
  return (
    <a class="button" href={trying(document.name, tag, operation.id)}>
      Try it
    </a>
  );
}

function ContentView({
  document,
  content,
  what,
}: {
  readonly document: ApiDocument;
  readonly content: Content;
  readonly what: 'Body' | 'Answer';
}): JSX.Element {
  const Heading = what === 'Body' ? 'h3' : 'h4';
  return (
    <>
      <Heading>
        {what} (<code>{content.type}</code>)
      </Heading>
      <Examples examples={content.examples} />
      {content.schema === undefined ? null : (
        <details>
          <summary>All that {what === 'Body' ? 'can be sent' : 'it can have'}</summary>
          <SchemaView node={schemaNode(document, content.schema)} />
        </details>
      )}
    </>
  );
}

function ResponseView({
  document,
  response: { status, description, headers, contents },
}: {
  readonly document: ApiDocument;
  readonly response: ApiResponse;
}): JSX.Element {
  return (
    <>
      <h3 id={`answer-${status}`}>{status}</h3>
      <Prose text={description} />
      <ParameterList document={document} parameters={headers} />
      {contents.map((content) => (
        <ContentView key={content.type} document={document} content={content} what="Answer" />
      ))}
    </>
  );
}

const ErrorView = ({
  response: { status, description, contents },
}: {
  readonly response: ApiResponse;
}): JSX.Element => (
  <>
    <h3 id={`answer-${status}`}>{status}</h3>
    <Prose text={description} />
    {contents.flatMap(({ examples }) => examples).length === 0 ? null : (
      <details>
        <summary>Examples of {status}</summary>
        <Examples examples={contents.flatMap(({ examples }) => examples)} />
      </details>
    )}
  </>
);

const Examples = ({ examples }: { readonly examples: readonly Example[] }): JSX.Element => (
  <>
    {examples.map(({ summary, value }, index) => (
      <figure key={index}>
        {summary === '' ? null : <figcaption>{summary}</figcaption>}
        <Code text={exampleText(value)} />
      </figure>
    ))}
  </>
);
