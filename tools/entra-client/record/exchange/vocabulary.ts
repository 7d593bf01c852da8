/** What says nothing about anybody, and so may stand in a recording as it came. Everything else is replaced. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** In lower case, since names of attributes are told apart without case. */
const NAMES = words(`
  schemas id externalid meta resourcetype created lastmodified location version
  username name formatted familyname givenname middlename honorificprefix honorificsuffix displayname nickname profileurl
  title usertype preferredlanguage locale timezone active password emails phonenumbers ims photos addresses groups
  entitlements roles x509certificates value display type primary $ref streetaddress region postalcode country locality
  employeenumber costcenter organization division department manager members
  operations op path filter attributes excludedattributes sortby sortorder startindex count
  totalresults itemsperpage resources nextcursor previouscursor status scimtype detail failonerrors method bulkid data response
`);

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';

/** The longest first, so that none hides another. */
const URNS: readonly string[] = [
  'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ...['ServiceProviderConfig', 'ResourceType', 'Schema', 'Group', 'User'].map((name) => `${CORE}:${name}`),
  ...['ListResponse', 'SearchRequest', 'BulkRequest', 'BulkResponse', 'PatchOp', 'Error'].map(
    (name) => `${MESSAGES}:${name}`,
  ),
];

/** The values that an attribute may have, by its name; both in lower case. */
const VALUES: Readonly<Record<string, ReadonlySet<string>>> = {
  op: words('add remove replace'),
  type: words('work home other mobile fax pager direct indirect user group windowsazureactivedirectoryrole'),
  resourcetype: words('user group'),
  method: words('get post put patch delete'),
  sortorder: words('ascending descending'),
  scimtype:
    words(`invalidfilter toomany uniqueness mutability invalidsyntax invalidpath notarget invalidvalue invalidvers
    sensitive invalidcursor expiredcursor invalidcount`),
};

/** Numbers that count, and name nobody. */
const COUNTS = words('totalresults itemsperpage startindex count failonerrors');

const STATUS = /^\d{3}$/;

/** Whether a name is one of the RFCs' or Microsoft's, and thus kept in recordings. */
export const isKnownName = (name: string): boolean => NAMES.has(name.toLowerCase());

/** More than a count ever is, and shorter than telephone and personal numbers are. */
const LARGEST_COUNT = 9_999_999;

/** Whether a number counts: only at the top level of a message do the counts of the protocol stand. */
export const isCount = (value: number, place: readonly string[]): boolean =>
  place.length === 1 && COUNTS.has(place[0] ?? '') && Number.isInteger(value) && Math.abs(value) <= LARGEST_COUNT;

/** Whether the status of an error or of an operation in bulk stands there. */
const isStatusPlace = (place: readonly string[]): boolean =>
  place.at(-1) === 'status' && (place.length === 1 || (place.length === 2 && place[0] === 'operations'));

/** The schema's URN that a text is or begins with, followed by a colon and a name; undefined if there is none. */
export function knownUrn(text: string): string | undefined {
  const lower = text.toLowerCase();
  const known = URNS.map((urn) => urn.toLowerCase()).find((urn) => lower === urn || lower.startsWith(`${urn}:`));
  return known === undefined ? undefined : text.slice(0, known.length);
}

/** Whether a text may stand as the value of an attribute. @param place the names around it, in lower case */
export function isHarmless(text: string, place: readonly string[]): boolean {
  const lower = text.toLowerCase();
  if (lower.trim() === '' || lower === 'true' || lower === 'false') return true;
  if (isStatusPlace(place)) return STATUS.test(text);
  const name = place.at(-1) ?? '';
  const values = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
  return values?.has(lower) === true;
}
