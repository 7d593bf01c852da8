import { ScimError } from '../../protocol/scim-error.js';
import { BackendUnavailable } from '../../sync/backend.js';
import { ConfirmationNeeded, RunActive } from '../../sync/synchronization.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { pathTo } from '../layout/path.js';

/** What is shown for an error. */
interface Shown {
  readonly status: number;
  readonly page: Page;
  /** Whether it is an error of the server's own, which the log is to have. */
  readonly isFault: boolean;
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  429: 'Too many attempts',
  503: 'Not available now',
};

/** The page for an error: what is wrong, what to do, and what to name when asking for help. */
export function errorPage(error: unknown, requestId: string): Shown {
  const { status, title, detail, isFault } = errorReason(error);
  const body = (
    <>
      <p class="notice warn" role="alert">
        {detail}
      </p>
      <p>
        <Link to={pathTo([])}>Companies</Link>
      </p>
      <p>
        <small>
          Request <code>{requestId}</code>
        </small>
      </p>
    </>
  );
  return { status, isFault, page: { title, body } };
}

/** An error as people read it. */
interface ErrorReason {
  readonly status: number;
  readonly detail: string;
  readonly isFault: boolean;
}

/** What is wrong, under a title for it. */
export function errorReason(error: unknown): ErrorReason & { readonly title: string } {
  const reason = reasonOf(error);
  const title = TITLES[reason.status] ?? (reason.status < 500 ? 'That does not work' : 'Something went wrong here');
  return { ...reason, title };
}

function reasonOf(error: unknown): ErrorReason {
  if (error instanceof ScimError) {
    return { status: error.status, detail: error.message, isFault: error.cause !== undefined };
  }
  if (error instanceof ConfirmationNeeded || error instanceof RunActive) {
    return { status: 409, detail: error.message, isFault: false };
  }
  if (error instanceof BackendUnavailable) return { status: 503, detail: error.message, isFault: false };
  return {
    status: 500,
    detail: 'The server made a mistake. The other pages still work; name the request below when you report it.',
    isFault: true,
  };
}
