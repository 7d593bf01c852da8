import type { ComponentChildren, JSX } from 'preact';
import type { ConsolePath } from './path.js';

/** A link within the console: the one place where an address goes into a page. */
export function Link({
  to,
  current = false,
  button = false,
  children,
}: {
  readonly to: ConsolePath;
  /** Whether it is the page that is shown. */
  readonly current?: boolean;
  /** Whether it looks like a button. */
  readonly button?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <a href={to} aria-current={current ? 'page' : undefined} class={button ? 'button' : undefined}>
      {children}
    </a>
  );
}
