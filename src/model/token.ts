export interface TokenRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly label: string;
  readonly created: string;
  readonly expiresAt: string | undefined;
  readonly lastUsed: string | undefined;
  readonly revokedAt: string | undefined;
}
