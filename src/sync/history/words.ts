import { member, type JsonObject } from '../../protocol/json.js';

/** What people read of an entry's detail: what was done to whom in a group, why, and what went wrong. */
export function wordsIn(detail: JsonObject): string {
  const text = (name: string): readonly string[] => {
    const value = member(detail, name);
    return typeof value === 'string' && value !== '' ? [value] : [];
  };
  const [who = []] = [text('memberName'), text('memberId')].filter(({ length }) => length > 0);
  const done = [...text('kind'), ...who].join(' ');
  return [...(done === '' ? [] : [done]), ...text('reason'), ...text('detail')].join(', ');
}
