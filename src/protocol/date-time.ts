const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})?$/i;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Reads a dateTime (RFC 7643 §2.3.5: an xsd:dateTime with date and time) as fixed-width UTC,
 * `YYYY-MM-DDTHH:MM:SS.mmmZ`, so that the order of the texts is the order of the instants.
 * Fractions of a second may have any length and are cut to milliseconds. XML Schema leaves the offset optional:
 * without one the time is taken as UTC. Undefined for everything else, and for years outside 0001 to 9999.
 */
export function parseDateTime(text: string): string | undefined {
  const [, date, hours, minutes, seconds, fraction = '', offset = 'Z'] = DATE_TIME.exec(text) ?? [];
  const midnight = Date.parse(`${date ?? ''}T00:00:00.000Z`);
  const time = timeOfDay(Number(hours), Number(minutes), Number(seconds), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const shift = offsetMinutes(offset);
  if (!isDay(midnight, date) || time === undefined || shift === undefined) return undefined;
  return fixedWidth(midnight + time - shift * MINUTE);
}

/** JavaScript reads 30 February as 1 March; such a day does not come back as it went in. */
function isDay(midnight: number, date: string | undefined): boolean {
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().slice(0, 10) === date;
}

/** Milliseconds since midnight; XML Schema has 24:00:00 as the end of a day, and no leap seconds. */
function timeOfDay(hours: number, minutes: number, seconds: number, milliseconds: number): number | undefined {
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
  return minutes <= 59 && seconds <= 59 && time <= DAY ? time : undefined;
}

function offsetMinutes(offset: string): number | undefined {
  if (offset.toUpperCase() === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4));
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return offset.startsWith('-') ? -total : total;
}

function fixedWidth(instant: number): string | undefined {
  const text = new Date(instant).toISOString();
  return text.length === 24 && !text.startsWith('0000') ? text : undefined;
}
