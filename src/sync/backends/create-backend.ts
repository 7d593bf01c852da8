import type { Backend } from '../backend.js';
import { FileBackend } from './file/backend.js';
import { HttpBackend } from './http/backend.js';
import type { HttpSettings, HttpTuning } from './http/connection.js';

/** Where synchronized accounts go, as the operator sets it. */
export type BackendSettings =
  { readonly kind: 'file'; readonly exportDir: string } | ({ readonly kind: 'http' } & HttpSettings);

/**
 * The backend of this server.
 * @param tuning of the `http` backend; tests make its pauses short
 * @throws Error for a secret that is none of Standard Webhooks
 */
export function createBackend(settings: BackendSettings, tuning: Partial<HttpTuning> = {}): Backend {
  return settings.kind === 'file' ? new FileBackend(settings.exportDir) : new HttpBackend(settings, tuning);
}
