/** How Entra's provisioning log names what went wrong, as far as Microsoft documents it. */
export type FailureCode =
  | 'EntryConflict'
  | 'DuplicateTargetEntries'
  | 'MultipleEntriesInResponse'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'InvalidAnswer'
  | 'UnreadableResource'
  | 'AlreadyMatched'
  | 'ReferenceNotProvisioned'
  | 'Refused'
  | 'ServerError'
  | 'TimedOut'
  | 'ConnectionLost';

/** An object, or a reference, that could not be provisioned this time. */
export class ProvisioningFailure extends Error {
  /** @param status what the server answered; 0 where it did not answer */
  constructor(
    readonly code: FailureCode,
    readonly status: number,
    detail: string,
  ) {
    super(detail);
    this.name = 'ProvisioningFailure';
  }
}

const BY_STATUS: Readonly<Record<number, FailureCode>> = {
  401: 'Unauthorized',
  403: 'Unauthorized',
  409: 'EntryConflict',
  429: 'TooManyRequests',
};

/** What a refusal is called. */
export const refusalCode = (status: number): FailureCode =>
  BY_STATUS[status] ?? (status >= 500 ? 'ServerError' : 'Refused');

/** Whether a failure says that nothing else can work either. */
export const stopsTheCycle = ({ code }: ProvisioningFailure): boolean =>
  code === 'Unauthorized' || code === 'InvalidAnswer';

/** Whether what stopped a cycle says that the server is no SCIM server that admits us: quarantine at once. */
export const isIncompatible = ({ code, status }: ProvisioningFailure): boolean =>
  code === 'InvalidAnswer' || (status >= 400 && status < 500 && status !== 429);
