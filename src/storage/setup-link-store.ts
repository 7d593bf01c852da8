/** When the steps of setting Entra up were done, by the number of the step: dateTimes. */
export type SetupTicks = Readonly<Record<string, string>>;

/** The link to a tenant's setup page, known by hashes only. All times are dateTimes in fixed-width UTC. */
export interface SetupLink {
  readonly tenantId: string;
  /** SHA-256 of the secret in the address, in hexadecimal. */
  readonly hash: string;
  /** SHA-256 of what browsers get in its place, in hexadecimal. */
  readonly cookieHash: string;
  readonly created: string;
  readonly expires: string;
  /** When it was opened for the first time. */
  readonly opened: string | undefined;
  readonly ticks: SetupTicks;
}

/** The links to setup pages: one for each tenant at most. */
export interface SetupLinkStore {
  /** Stores a tenant's link in place of the one before, whose address leads nowhere from now on; false if the tenant is gone. */
  put(link: SetupLink): Promise<boolean>;
  find(tenantId: string): Promise<SetupLink | undefined>;
  findByHash(hash: string): Promise<SetupLink | undefined>;
  findByCookie(cookieHash: string): Promise<SetupLink | undefined>;
  /** Sets when the link ends; false if there is none. */
  extend(tenantId: string, expires: string): Promise<boolean>;
  /** Notes when the link was opened first. */
  open(tenantId: string, at: string): Promise<void>;
  /** Changes ticks of the link: those that are undefined are removed, the others stay as they are. */
  tick(tenantId: string, changes: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Revokes the link; false if there is none. */
  remove(tenantId: string): Promise<boolean>;
}
