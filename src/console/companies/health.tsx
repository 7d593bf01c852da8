import type { Page } from '../layout/page.js';
import { Facts, State } from '../layout/parts.js';
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
  const body = (
    <Facts
      rows={[
        ['Database', <Database answers={answers} milliseconds={milliseconds} />],
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

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  return days > 0 ? `${days} d ${hours} h` : `${hours} h ${minutes % 60} min`;
}
