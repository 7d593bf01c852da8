/** What a backend can ask for at most, in milliseconds: a mistake on its side is not to stop us for days. */
const LONGEST = 300_000;

const SECONDS = /^\d{1,10}$/u;
/** The date as RFC 9110, section 5.6.7, has it; other forms are obsolete. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u;

/**
 * Milliseconds that a `Retry-After` (RFC 9110, section 10.2.3) asks for, as seconds or as a date; 5 minutes at most,
 * 0 where there is none or it cannot be read.
 */
export function retryAfterOf(header: string | null, now: Date): number {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Math.min(Number(text) * 1_000, LONGEST);
  if (!HTTP_DATE.test(text)) return 0;
  const until = Date.parse(text) - now.getTime();
  return Number.isNaN(until) ? 0 : Math.min(Math.max(until, 0), LONGEST);
}
