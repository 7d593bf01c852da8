import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { mayDo, type Role } from '../../model/access/role.js';
import type { OpenSession } from '../session/sessions.js';
import type { ConsolePath } from './path.js';

/** The session for which a page is written; undefined before signing in. */
export const SessionContext = createContext<OpenSession | undefined>(undefined);

/** Shows what it holds to those whose role allows it. */
export function For({ role, children }: { readonly role: Role; readonly children: ComponentChildren }): JSX.Element {
  const session = useContext(SessionContext);
  return <>{session !== undefined && mayDo(session.role, role) ? children : null}</>;
}

/** A form that changes something: sent by POST, with the token of the session. */
export function PostForm({
  to,
  children,
  inline = false,
}: {
  readonly to: ConsolePath;
  readonly children: ComponentChildren;
  /** Whether it stands within a line, as a button does. */
  readonly inline?: boolean;
}): JSX.Element {
  const session = useContext(SessionContext);
  return (
    <form method="post" action={to} class={inline ? 'inline' : 'stacked'}>
      {session === undefined ? null : <input type="hidden" name="token" value={session.formToken} />}
      {children}
    </form>
  );
}

/** A form of a page that is opened without a session: sent by POST, with a token that the page is given. */
export function TokenForm({
  to,
  formToken,
  children,
}: {
  readonly to: ConsolePath;
  readonly formToken: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <form method="post" action={to}>
      <input type="hidden" name="token" value={formToken} />
      {children}
    </form>
  );
}

/** A form that searches: sent by GET, so that the search stands in the address. */
export function SearchForm({
  to,
  label,
  name = 'q',
  value,
  list,
}: {
  readonly to: ConsolePath;
  readonly label: string;
  readonly name?: string;
  readonly value: string;
  /** The id of the element that shows what was found; it is replaced while people type, where there is script. */
  readonly list: string;
}): JSX.Element {
  return (
    <form method="get" action={to} role="search" class="search">
      <label for="search">{label}</label>
      <input
        id="search"
        type="search"
        name={name}
        value={value}
        maxLength={200}
        autocomplete="off"
        hx-get={to}
        hx-trigger="input changed delay:300ms, search"
        hx-target={`#${list}`}
        hx-select={`#${list}`}
        hx-swap="outerHTML"
        hx-replace-url="true"
      />
      <button>Search</button>
    </form>
  );
}

/** A labeled field of a form. */
export function Field({
  label,
  hint,
  type,
  ...given
}: {
  readonly label: string;
  readonly hint?: string;
  readonly name: string;
  readonly type?: 'password' | 'date';
  readonly value?: string | number;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly autocomplete?: 'off' | 'name' | 'current-password';
  readonly inputMode?: 'numeric';
}): JSX.Element {
  const described = hint === undefined ? {} : { 'aria-describedby': `${given.name}-hint` };
  const input = { id: given.name, ...described, ...given };
  return (
    <p class="field">
      <label for={given.name}>{label}</label>
      {hint === undefined ? null : <small id={`${given.name}-hint`}>{hint}</small>}
      {type === undefined ? <input type="text" {...input} /> : null}
      {type === 'password' ? <input type="password" {...input} /> : null}
      {type === 'date' ? <input type="date" {...input} /> : null}
    </p>
  );
}
