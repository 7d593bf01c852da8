/** How long a provisioning client has been silent, against what is usual for it. */
export interface Silence {
  /** The beginning of the last hour in which it called: a dateTime. */
  readonly since: string;
  /** Hours between its calls, usually. */
  readonly usualHours: number;
}

const HOUR = 3_600_000;

/** Hours with calls below which there is no rhythm yet. */
const FEWEST_HOURS = 5;

/** How much longer than what is usual a pause has to be, and than one that came twice already. */
const TIMES_USUAL = 3;
const TIMES_LONG = 1.25;

/**
 * Whether a provisioning client has fallen silent: for three times as long as the pauses between its calls usually are, and for
 * longer than any pause that came twice, such as nights or weekends.
 * @param hours the beginnings of the hours in which it called, in their order
 * @returns undefined while it calls, and where its rhythm is not known yet
 */
export function silenceOf(hours: readonly string[], now: Date): Silence | undefined {
  const times = hours.map((hour) => Date.parse(hour));
  const last = times.at(-1);
  if (last === undefined || times.length < FEWEST_HOURS) return undefined;
  const pauses = times.slice(1).map((time, index) => (time - (times[index] ?? time)) / HOUR);
  const sorted = [...pauses].sort((one, other) => one - other);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 1;
  const long = sorted.at(-2) ?? usual;
  // The hour itself may have had a call in its last minute.
  const silent = (now.getTime() - last) / HOUR - 1;
  if (silent <= Math.max(TIMES_USUAL * usual, TIMES_LONG * long)) return undefined;
  return { since: hours.at(-1) ?? '', usualHours: usual };
}
