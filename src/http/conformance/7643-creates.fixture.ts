import { expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import type { TestTenant } from '../testing/server.fixture.js';
import { expectError, userBody } from './conformance.fixture.js';

/** What a body of a create stands for: the attributes of the answer, or the error. */
export interface Created {
  readonly does: string;
  readonly sent: JsonObject;
  readonly gives: JsonObject | string;
}

/** What an attribute has that an answer leaves out. */
export const UNSET = undefined as unknown as JsonValue;

/** A test for each row. */
export function checkEach(rows: readonly Created[], tenant: () => TestTenant): void {
  it.each(rows.map((row) => [row.does, row] as const))('%s', (_does, row) => check(row, tenant()));
}

async function check({ sent, gives }: Created, tenant: TestTenant): Promise<void> {
  const answer = await tenant.send('POST', '/Users', userBody(sent));
  if (typeof gives === 'string') {
    expectError(answer, gives);
    return;
  }
  expect(answer.status, answer.text).toBe(201);
  for (const [name, value] of Object.entries(gives)) expect(answer.body[name]).toEqual(value);
}
