/** A person of the operator's Entra tenant: the same one as long as both ids are, whatever the name is now. */
export interface Person {
  /** What Entra says the person is called. */
  readonly name: string;
  /** The `tid` claim. */
  readonly entraTenantId: string;
  /** The `oid` claim. */
  readonly objectId: string;
}

/** Who a person is, apart from the name. */
export const subjectOf = ({ entraTenantId, objectId }: Omit<Person, 'name'>): string => `${entraTenantId}/${objectId}`;

/** How the audit trail names a person: `Ada Lovelace (tid/oid)`. */
export const actorOf = (person: Person): string => `${person.name} (${subjectOf(person)})`;

/** The ids behind a name; of hexadecimal digits and hyphens, as all of Entra's ids are. */
const IDENTITY = / \([\da-f-]{36}\/[\da-f-]{36}\)$/iu;

/** Whether a name reads as one that Entra vouches for; nobody may give themselves such a name. */
export const namesPerson = (actor: string): boolean => IDENTITY.test(actor);

/** Who that is in the audit trail, however they are called now: of such a name, the ids; any other name as it is. */
export const identityOf = (actor: string): string => IDENTITY.exec(actor)?.[0] ?? actor;

/** A name of the audit trail as sentences have it: without the ids. */
export const shortName = (actor: string): string => actor.replace(IDENTITY, '');
