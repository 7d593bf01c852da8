/** A secret token as it is stored: without the secret, of which only the hash is kept. All times are dateTimes. */
export interface TokenRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly label: string;
  /** The first characters of the secret behind `fwscim_`, by which people recognize it; tokens of before have none. */
  readonly prefix?: string | undefined;
  readonly created: string;
  readonly expiresAt: string | undefined;
  /** To the minute. */
  readonly lastUsed: string | undefined;
  readonly revokedAt: string | undefined;
}
