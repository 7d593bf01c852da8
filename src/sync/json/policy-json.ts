import type { SyncPolicy } from '../../storage/sync-model.js';
import type { PolicyInForce } from '../synchronisation.js';
import type { Plain } from './plain.js';

/** A policy as the admin API and the command line show it. */
export type PolicyJson = { revision: number } & Plain<SyncPolicy>;

export const policyJson = ({ revision, policy }: PolicyInForce): PolicyJson => ({ revision, ...policy });
