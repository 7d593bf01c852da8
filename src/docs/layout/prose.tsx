import type { JSX } from 'preact';
import { renderMarkdown } from '../guide/markdown.js';

/** Text in Markdown of our own, such as a description of the contract; HTML in it is shown as it is written. */
export const Prose = ({ text }: { readonly text: string }): JSX.Element | null =>
  text === '' ? null : <Html html={renderMarkdown(text).html} />;

/** What Markdown was rendered to: the one place where a page takes HTML. */
export const Html = ({ html }: { readonly html: string }): JSX.Element => (
  <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />
);

/** Text that is sent or typed, as it is. */
export const Code = ({ text }: { readonly text: string }): JSX.Element => (
  <pre tabIndex={0}>
    <code>{text}</code>
  </pre>
);
