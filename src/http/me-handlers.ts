import type { operations } from '../../generated/scim.js';
import { ScimError } from '../protocol/scim-error.js';
import type { Handlers } from './operation.js';

export type MeOperations = Pick<operations, 'getMe' | 'createMe' | 'replaceMe' | 'patchMe' | 'deleteMe'>;

/** The alias /Me (RFC 7644 §3.11): a secret token stands for a tenant, so there is nobody to be. */
export function meHandlers(): Handlers<MeOperations> {
  const refuse = async (): Promise<never> => {
    throw meIsNobody();
  };
  return { getMe: refuse, createMe: refuse, replaceMe: refuse, patchMe: refuse, deleteMe: refuse };
}

/** 501 (RFC 7644 §3.11). */
export function meIsNobody(): ScimError {
  return new ScimError(
    501,
    'A secret token stands for a tenant and for nobody in it, so /Me is not supported; use /Users/{id}.',
  );
}
