import { expect, it } from 'vitest';
import { detailTemplate } from './detail-template.js';

const rows: readonly (readonly [string, string, string])[] = [
  ['a fixed text stays', 'The body must be a JSON object.', 'The body must be a JSON object.'],
  [
    'the attribute at the beginning stays',
    '"userName" is required; send a value for it.',
    '"userName" is required; send a value for it.',
  ],
  ['a place in a list stays', '"emails[3].value" must be a string.', '"emails[3].value" must be a string.'],
  [
    'the place of an operation stays',
    'In "Operations[2].value": There is no user with the id "x".',
    'In "Operations[2].value": There is no user with the id "…".',
  ],
  ['a name that no schema has goes', '"Tamsin" does not exist; leave it out.', '"…" does not exist; leave it out.'],
  [
    'a value goes',
    'Another User has the userName "tamsin"; choose another.',
    'Another User has the userName "…"; choose another.',
  ],
  ['a value with quotation marks goes', 'There is no user "a" Tamsin "b" here.', 'There is no user "…" here.'],
  [
    'a value that is like an attribute shows nothing',
    'There is no user "title" Tamsin "b" here.',
    'There is no user "…" here.',
  ],
  ['one quotation mark', 'A 5" screen.', 'A …"…" screen.'],
  ['addresses, ids and numbers go', 'Of tamsin@contoso.example, 0198c5a2-7d1e and 31305550101.', 'Of …, … and …'],
];

it.each(rows)('%s', (_, detail, template) => {
  expect(detailTemplate(detail)).toBe(template);
});
