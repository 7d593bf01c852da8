import { notFound } from '../../protocol/scim-error.js';
import { PostForm } from '../layout/form.js';
import type { Page } from '../layout/page.js';
import { Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { goTo, show, type Route, type Visit } from '../visit.js';

/** Who is signed in, and the end of sessions. */
export const SESSION_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/sign-out',
    role: 'viewer',
    answer: async ({ sessions, session }) => {
      await sessions.end(session.hash);
      return goTo(pathTo(['sign-in']));
    },
  },
  { method: 'GET', path: '/sessions', role: 'admin', answer: async (visit) => show(await sessionsPage(visit)) },
  {
    method: 'POST',
    path: '/sessions/end',
    role: 'admin',
    answer: async ({ sessions, form }) => {
      if (!(await sessions.end(form.get('session') ?? ''))) throw notFound('That session has ended already.');
      return goTo(pathTo(['sessions']));
    },
  },
];

async function sessionsPage({ sessions, session }: Visit): Promise<Page> {
  const all = await sessions.list();
  const body = (
    <Table
      caption="Sessions end after 30 minutes without use and after 8 hours; ending one takes effect at once."
      rows={all}
      empty="Nobody is signed in."
      columns={[
        { name: 'Who', cell: ({ name }) => name },
        { name: 'Role', cell: ({ role }) => role },
        { name: 'Signed in', cell: ({ signedIn }) => <Time at={signedIn} /> },
        { name: 'Last seen', cell: ({ lastSeen }) => <Time at={lastSeen} /> },
        {
          name: 'End',
          cell: ({ hash }) =>
            hash === session.hash ? (
              'yours'
            ) : (
              <PostForm to={pathTo(['sessions', 'end'])} inline>
                <input type="hidden" name="session" value={hash} />
                <button>End</button>
              </PostForm>
            ),
        },
      ]}
    />
  );
  return { title: 'Sessions', body };
}
