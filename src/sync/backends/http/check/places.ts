/** Where openapi/backend.yaml says what a finding is about, as JSON pointers. */
export const PLACES = {
  capabilities: '#/paths/~1capabilities/get',
  signature: '#/components/responses/NotSigned',
  batches: '#/paths/~1batches/post',
  batchAnswer: '#/components/schemas/BatchAnswer',
  badBody: '#/components/responses/BadBody',
  op: '#/components/schemas/ResourceOp',
  content: '#/components/schemas/AccountContent',
  membership: '#/components/schemas/MembershipLine/properties/op',
  key: '#/components/schemas/Key',
  detail: '#/components/schemas/Outcome/properties/detail',
  accountId: '#/components/schemas/AccountId',
  atomic: '#/components/schemas/BatchRequest/properties/atomic',
  lines: '#/components/schemas/BatchRequest/properties/lines',
  tenant: '#/components/schemas/TenantId',
  webhookId: '#/components/parameters/WebhookId',
  matches: '#/paths/~1matches/post',
  matchedBy: '#/components/schemas/FoundMatch/properties/by',
  nameHashes: '#/components/schemas/HashedQuestion/properties/nameHashes',
  listings: '#/paths/~1listings/post',
  limit: '#/components/schemas/ListingRequest/properties/limit',
} as const;

/** The place of one of them. */
export type Place = (typeof PLACES)[keyof typeof PLACES];
