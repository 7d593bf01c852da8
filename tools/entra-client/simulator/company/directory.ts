/** The attributes of a user by Entra's names; what is empty is not there. */
export type UserAttributes = Readonly<Record<string, string>>;

/** A user of the directory. */
export interface DirectoryUser {
  readonly objectId: string;
  readonly attributes: UserAttributes;
  /** The object id of the manager. */
  readonly manager?: string | undefined;
  /** Whether the user is assigned to the application. */
  readonly assigned: boolean;
  /** False where sign-in is blocked. */
  readonly accountEnabled: boolean;
  /** `deleted` users are in the recycle bin for 30 days, `purged` ones are gone. */
  readonly state: 'present' | 'deleted' | 'purged';
  /** The revision of the directory in which the user was changed last. */
  readonly changed: number;
}

/** A group of the directory. */
export interface DirectoryGroup {
  readonly objectId: string;
  readonly displayName: string;
  readonly assigned: boolean;
  /** A deleted group does not come back. */
  readonly state: 'present' | 'purged';
  readonly changed: number;
  /** The object ids of users and groups. */
  readonly members: ReadonlySet<string>;
  /** Whoever joined or left, with the revision in which it happened last. */
  readonly memberChanges: ReadonlyMap<string, number>;
}

type UserChange = Partial<Omit<DirectoryUser, 'objectId' | 'changed'>>;

/** The tenant's directory in Entra, which counts its changes as the delta query of Microsoft Graph does. */
export class Directory {
  readonly #users = new Map<string, DirectoryUser>();
  readonly #groups = new Map<string, DirectoryGroup>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  /** In the order in which they came to be. */
  get users(): readonly DirectoryUser[] {
    return [...this.#users.values()];
  }

  get groups(): readonly DirectoryGroup[] {
    return [...this.#groups.values()];
  }

  user(objectId: string): DirectoryUser | undefined {
    return this.#users.get(objectId);
  }

  group(objectId: string): DirectoryGroup | undefined {
    return this.#groups.get(objectId);
  }

  addUser(objectId: string, attributes: UserAttributes, assigned = true): void {
    const changed = this.#next();
    this.#users.set(objectId, { objectId, attributes, assigned, accountEnabled: true, state: 'present', changed });
  }

  addGroup(objectId: string, displayName: string, assigned = true): void {
    const [members, memberChanges] = [new Set<string>(), new Map<string, number>()];
    const changed = this.#next();
    this.#groups.set(objectId, { objectId, displayName, assigned, state: 'present', changed, members, memberChanges });
  }

  /** @throws Error for a user who is not in the directory. */
  changeUser(objectId: string, change: UserChange): void {
    const user = this.#users.get(objectId);
    if (user === undefined) throw new Error(`there is no user ${objectId}`);
    this.#users.set(objectId, { ...user, ...change, changed: this.#next() });
  }

  /** Sets an attribute of a user, or clears it where the value is undefined. */
  setAttribute(objectId: string, name: string, value: string | undefined): void {
    const others = Object.entries(this.#users.get(objectId)?.attributes ?? {}).filter(([other]) => other !== name);
    this.changeUser(objectId, {
      attributes: Object.fromEntries(value === undefined ? others : [...others, [name, value]]),
    });
  }

  changeGroup(objectId: string, change: Partial<Pick<DirectoryGroup, 'displayName' | 'assigned' | 'state'>>): void {
    const group = this.#groupToChange(objectId);
    this.#groups.set(objectId, { ...group, ...change, changed: this.#next() });
  }

  /** Makes a user or a group a member of a group. */
  addMember(groupId: string, memberId: string): void {
    this.#changeMembers(groupId, memberId, (members) => members.add(memberId));
  }

  removeMember(groupId: string, memberId: string): void {
    this.#changeMembers(groupId, memberId, (members) => members.delete(memberId));
  }

  #changeMembers(groupId: string, memberId: string, change: (members: Set<string>) => void): void {
    const group = this.#groupToChange(groupId);
    const members = new Set(group.members);
    change(members);
    const memberChanges = new Map(group.memberChanges).set(memberId, this.#next());
    this.#groups.set(groupId, { ...group, members, memberChanges });
  }

  #groupToChange(objectId: string): DirectoryGroup {
    const group = this.#groups.get(objectId);
    if (group === undefined) throw new Error(`there is no group ${objectId}`);
    return group;
  }

  #next(): number {
    this.#revision += 1;
    return this.#revision;
  }
}
