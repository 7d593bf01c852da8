import { writeMissingValidators } from '../validation/write.js';

/** Has the validators compiled before the tests, which use them as a built server does. */
export default async function setup(): Promise<void> {
  await writeMissingValidators();
}
