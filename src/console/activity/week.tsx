import type { JSX } from 'preact';
import type { ActivityHour } from '../../model/activity/query.js';
import type { ActivityStore } from '../../storage/activity-store.js';
import { Table } from '../layout/parts.js';

const DAY = 86_400_000;

/** How many days the picture shows. */
const DAYS = 7;

/** What was asked for on a day, and how much of it was refused or failed. */
export interface Day {
  /** Such as `2026-11-28`, in UTC. */
  readonly date: string;
  readonly answered: number;
  readonly refused: number;
}

/** The requests of the last seven days, today included; read from the counts by the hour. */
export async function weekOf(activity: ActivityStore, tenantId: string, now: Date): Promise<readonly Day[]> {
  const dates = Array.from({ length: DAYS }, (_, index) => dateOf(now.getTime() - (DAYS - 1 - index) * DAY));
  const from = `${dates[0] ?? ''}T00:00:00.000Z`;
  const hours = await activity.hours(tenantId, from, new Date(now.getTime() + 1).toISOString());
  return dates.map((date) => {
    const ofDay = hours.filter(({ hour }) => hour.startsWith(date));
    const refused = sum(ofDay.filter(({ outcome }) => outcome === 'refused' || outcome === 'failed'));
    return { date, refused, answered: sum(ofDay) - refused };
  });
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const sum = (hours: readonly ActivityHour[]): number => hours.reduce((total, { count }) => total + count, 0);

const [WIDTH, HEIGHT, GAP] = [84, 120, 12];

/** A picture of a week of requests, and the table that says the same. */
export function Week({ days }: { readonly days: readonly Day[] }): JSX.Element {
  const most = Math.max(1, ...days.map(({ answered, refused }) => answered + refused));
  const high = (count: number): number => Math.round((count / most) * HEIGHT);
  return (
    <figure>
      <svg viewBox={`0 0 ${DAYS * (WIDTH + GAP)} ${HEIGHT}`} aria-hidden="true" class="chart">
        {days.map(({ date, answered, refused }, index) => (
          <g key={date}>
            <rect
              class="answered"
              x={index * (WIDTH + GAP)}
              y={HEIGHT - high(answered)}
              width={WIDTH}
              height={high(answered)}
            />
            <rect
              class="refused"
              x={index * (WIDTH + GAP)}
              y={HEIGHT - high(answered) - high(refused)}
              width={WIDTH}
              height={high(refused)}
            />
          </g>
        ))}
      </svg>
      <details>
        <summary>Requests of the last seven days, in numbers</summary>
        <Table
          caption="Days in UTC"
          rows={days}
          empty=""
          columns={[
            { name: 'Day', cell: ({ date }) => date },
            { name: 'Answered', cell: ({ answered }) => answered.toLocaleString('en-US') },
            { name: 'Refused or failed', cell: ({ refused }) => refused.toLocaleString('en-US') },
          ]}
        />
      </details>
    </figure>
  );
}
