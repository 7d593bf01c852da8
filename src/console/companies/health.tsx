import type { Page } from '../layout/page.js';
import type { AlertCounts } from '../../storage/alerts/alert-store.js';
import { counted, Facts, State } from '../layout/parts.js';
import type { Visit } from '../visit.js';

/** Milliseconds from which on the database counts as slow. */
const SLOW = 250;

/** Whether the server works as it should, and by which settings. */
export async function healthPage({ parts }: Visit): Promise<Page> {
  const begun = performance.now();
  const answers = await parts.storage.ping().then(
    () => true,
    () => false,
  );
  const milliseconds = Math.round(performance.now() - begun);
  const counts = answers ? await parts.storage.alerts.counts() : undefined;
  const body = (
    <Facts
      rows={[
        ['Database', <Database answers={answers} milliseconds={milliseconds} />],
        ['Alerts', counts === undefined ? 'not known' : <Alerts counts={counts} />],
        ['Messages about alerts', counts === undefined ? 'not known' : <Messages counts={counts} />],
        ['Running for', duration(process.uptime())],
        ['Memory', `${Math.round(process.memoryUsage.rss() / 1_048_576).toLocaleString('en-US')} MB`],
        ['Node', process.version],
        ...Object.entries(parts.settings),
      ]}
    />
  );
  return { title: 'Health', body };
}

function Database({ answers, milliseconds }: { readonly answers: boolean; readonly milliseconds: number }) {
  if (!answers) return <State tone="bad">does not answer: Entra gets 503 and tries again later</State>;
  if (milliseconds > SLOW) return <State tone="waiting">{`answers slowly, in ${milliseconds} ms`}</State>;
  return <State tone="good">{`answers in ${milliseconds} ms`}</State>;
}

function Alerts({ counts: { open } }: { readonly counts: AlertCounts }) {
  const all = Object.values(open).reduce((sum, count) => sum + count, 0);
  if (all === 0) return <State tone="good">none</State>;
  const words = [
    ...(open.silent > 0 ? [`${counted(open.silent, 'company', 'companies')} fell silent`] : []),
    ...(open.refusals > 0 ? [`${counted(open.refusals, 'company', 'companies')} with many refusals`] : []),
    ...(open['token-expires'] > 0 ? [`${counted(open['token-expires'], 'token')} about to expire`] : []),
  ];
  return <State tone="bad">{words.join(', ')}</State>;
}

function Messages({ counts: { undelivered } }: { readonly counts: AlertCounts }) {
  const { retrying, givenUp } = undelivered;
  if (retrying + givenUp === 0) return <State tone="good">none waits that the webhook has refused</State>;
  const words = [
    ...(retrying > 0 ? [`${counted(retrying, 'message')} not accepted by the webhook yet: they are sent again`] : []),
    ...(givenUp > 0 ? [`${counted(givenUp, 'message')} given up`] : []),
  ];
  return <State tone="bad">{`${words.join('; ')}. The company's page and alert list say why.`}</State>;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  return days > 0 ? `${days} d ${hours} h` : `${hours} h ${minutes % 60} min`;
}
