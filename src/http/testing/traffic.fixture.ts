import { readConfig } from '../../config.js';
import { createTraffic } from '../traffic/traffic.js';

/** Limits that no test meets by chance: whoever looks at one sets it. */
export const NO_LIMITS: Readonly<Record<string, string>> = { RATE_LIMIT: 'off', FAILED_AUTHENTICATION_LIMIT: 'off' };

/** What listens and lets requests in, for parts of the server that are tested by themselves. */
export const freeTraffic = () => ({
  traffic: createTraffic(readConfig(NO_LIMITS).traffic),
  limits: readConfig(NO_LIMITS).traffic,
});
