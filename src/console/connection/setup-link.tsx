import type { JSX } from 'preact';
import type { SetupLink } from '../../storage/setup-link-store.js';
import { companyOf } from '../companies/company.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import { Copyable, Facts, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { SETUP_STEPS } from '../setup/steps.js';
import { goTo, show, type Answer, type Visit } from '../visit.js';

/** The link with which a company's administrator sets Entra up, and what can be done about it. */
export function SetupLinkSection({
  tenantId,
  link,
  now,
}: {
  readonly tenantId: string;
  readonly link: SetupLink | undefined;
  readonly now: string;
}): JSX.Element {
  const here = ['tenants', tenantId, 'setup-link'];
  return (
    <section aria-labelledby="setup-link">
      <h2 id="setup-link">Setup link</h2>
      <p>
        A page for the administrator of Entra, with nine steps that tick themselves. Whoever has the link can show
        themselves a secret token of this company.
      </p>
      {link === undefined ? null : <LinkFacts link={link} now={now} />}
      <For role="operator">
        <PostForm to={pathTo(here)}>
          <Field label="Days that a link lasts" name="days" value={14} inputMode="numeric" required />
          <div class="actions">
            <button name="do" value="make">
              {link === undefined ? 'Make a setup link' : 'Make another link'}
            </button>
            {link === undefined ? null : (
              <>
                <button name="do" value="renew">
                  Renew the link
                </button>
                <button name="do" value="revoke" class="danger">
                  Revoke the link
                </button>
              </>
            )}
          </div>
        </PostForm>
      </For>
    </section>
  );
}

function LinkFacts({ link, now }: { readonly link: SetupLink; readonly now: string }): JSX.Element {
  const done = SETUP_STEPS.filter(({ number }) => link.ticks[number] !== undefined).length;
  return (
    <Facts
      rows={[
        [link.expires > now ? 'Link lasts until' : 'Link ended', <Time at={link.expires} />],
        ['Opened first', <Time at={link.opened} none="not yet" />],
        ['Steps done', `${done} of ${SETUP_STEPS.length}`],
      ]}
    />
  );
}

/** Makes, renews or revokes a setup link; the address of a new one is shown this once. */
export async function changeSetupLink(visit: Visit): Promise<Answer> {
  const { parts, form } = visit;
  const company = await companyOf(visit, 'connection');
  const { setupLinks } = parts.tenancy;
  const connection = pathTo(['tenants', company.id, 'connection']);
  const days = Number(form.get('days') ?? '');
  if (form.get('do') === 'revoke') await setupLinks.revoke(company.id);
  if (form.get('do') === 'renew') await setupLinks.renew(company.id, days);
  if (form.get('do') !== 'make') return goTo(connection);
  const { url, expires } = await setupLinks.make(company.id, days);
  const body = (
    <>
      <p class="notice">
        This link is shown this once. Send it to the administrator of Entra; an earlier one has ended.
      </p>
      <Facts
        rows={[
          ['Setup link', <Copyable label="the setup link" text={url} />],
          ['Lasts until', <Time at={expires} />],
        ]}
      />
      <p>
        <Link to={connection} button>
          Done
        </Link>
      </p>
    </>
  );
  return show({ title: 'The setup link', company, body });
}
