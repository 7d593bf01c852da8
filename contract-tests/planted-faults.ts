import { isObject, parseJson, type Json } from '../tools/entra-client/json.js';
import type { Alteration, Answer } from './server/altering-proxy.js';

/** A wrong answer that a proxy gives once in place of the server's. */
export interface PlantedFault {
  /** The id of the transaction that must fail for it. */
  readonly in: string;
  /** The first request that begins so, and was answered with this status, gets the wrong answer. */
  readonly request: string;
  readonly status: number;
  readonly alter: (answer: Answer) => Answer;
}

/** An alteration that plants each of the faults once. */
export function planting(faults: readonly PlantedFault[]): Alteration {
  const left = new Set(faults);
  return (request, answer) => {
    const planted = [...left].find((fault) => request.startsWith(fault.request) && answer.status === fault.status);
    if (planted === undefined) return answer;
    left.delete(planted);
    return planted.alter(answer);
  };
}

const withMember = (name: string, value: Json | undefined) => (answer: Answer) => {
  const body = parseJson(answer.body);
  return isObject(body) ? { ...answer, body: JSON.stringify({ ...body, [name]: value }) } : answer;
};

const without = (name: string): PlantedFault['alter'] => withMember(name, undefined);

const withStatus = (status: number) => (answer: Answer) => ({ ...answer, status });

const withHeader = (name: string, value: string | undefined) => (answer: Answer) => ({
  ...answer,
  headers: { ...answer.headers, [name]: value },
});

const withText = (body: string) => (answer: Answer) => ({ ...answer, body });

export const REPLAY_FAULTS: readonly PlantedFault[] = [
  // what the document asks for, and no recording
  { in: 'b-gallery-validator-03', request: 'GET /scim/Serv', status: 200, alter: without('patch') },
  {
    in: 'b-gallery-validator-07',
    request: 'GET /scim/Users?startIndex=1',
    status: 200,
    alter: withMember('totalResults', '3'),
  },
  { in: 'b-gallery-validator-02', request: 'GET /scim/Res', status: 200, alter: withStatus(203) },
  {
    in: 'b-gallery-validator-01',
    request: 'GET /scim/Sch',
    status: 200,
    alter: withHeader('content-type', 'text/plain'),
  },
  { in: 'b-refusals-02', request: 'GET /scim/Users?filter=userName+eq', status: 400, alter: without('detail') },
  {
    in: 'b-failures-and-retries-flag-01',
    request: 'GET',
    status: 401,
    alter: withHeader('www-authenticate', undefined),
  },
  // what only the recording asks for
  { in: 'b-paging-05', request: 'GET /scim/Users?startIndex=3', status: 200, alter: withMember('startIndex', 1) },
  { in: 'b-group-sync-flag-08', request: 'GET /scim/Groups?', status: 200, alter: withMember('totalResults', 2) },
];

export const SCIM_FAULTS: readonly PlantedFault[] = [
  { in: 'listSchemas 200: the usual request', request: 'GET /scim/Schemas', status: 200, alter: without('schemas') },
  {
    in: 'createUser 201: the usual request',
    request: 'POST /scim/Users',
    status: 201,
    alter: withMember('active', 'True'),
  },
  { in: 'createGroup 201: the usual request', request: 'POST /scim/Gro', status: 201, alter: withMember('id', '7') },
  { in: 'deleteUser 204: the usual request', request: 'DELETE /scim/Us', status: 204, alter: withStatus(200) },
  { in: 'deleteGroup 204: the usual request', request: 'DELETE /scim/Gr', status: 204, alter: withStatus(404) },
  {
    in: 'listResourceTypes 200: the usual request',
    request: 'GET /scim/ResourceTypes',
    status: 200,
    alter: withHeader('content-type', 'application/json'),
  },
  {
    in: 'getUser 200: the usual request',
    request: 'GET /scim/Users/',
    status: 200,
    alter: withHeader('etag', undefined),
  },
  { in: 'getGroup 200: the usual request', request: 'GET /scim/Groups/', status: 200, alter: withText('') },
  {
    in: 'searchAll 200: the usual request',
    request: 'POST /scim/.search',
    status: 200,
    alter: without('itemsPerPage'),
  },
  {
    in: 'listUsers 200: pages by cursor',
    request: 'GET /scim/Users?cursor=',
    status: 200,
    alter: withMember('nextCursor', 7),
  },
  {
    in: 'listUsers 400 invalidFilter: a filter that ends too early',
    request: 'GET /scim/Users?filter=userName+eq',
    status: 400,
    alter: withMember('scimType', 'invalidValue'),
  },
  {
    in: 'patchUser 404: an id that never was',
    request: 'PATCH /scim/Users',
    status: 404,
    alter: withMember('status', '400'),
  },
];

export const ADMIN_FAULTS: readonly PlantedFault[] = [
  { in: 'listTenants 200: the usual request', request: 'GET /admin/api/tenants', status: 200, alter: without('next') },
  {
    in: 'createTenant 201: the usual request',
    request: 'POST /admin/api/tenants',
    status: 201,
    alter: withMember('tenantId', 'x'),
  },
  { in: 'updateTenant 200: the usual request', request: 'PATCH', status: 200, alter: withStatus(202) },
  { in: 'getTenant 200: the usual request', request: 'GET /admin/api/tenants/', status: 200, alter: withText('[]') },
  {
    in: 'createTenant 409 uniqueness: a name that is taken',
    request: 'POST /admin/api/tenants',
    status: 409,
    alter: withHeader('content-type', 'text/html; charset=utf-8'),
  },
  { in: 'applySyncPlan 202: the usual request', request: 'POST', status: 202, alter: without('runId') },
];
