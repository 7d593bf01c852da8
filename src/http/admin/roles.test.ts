import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../model/access/role.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { checkRole, inOwnName } from '../authentication.js';
import { readDocument } from '../documents.js';

/** What takes more than looking; all other operations of the admin API take the role viewer. */
const OPERATOR = [
  ...['makeSyncPlan', 'discardSyncPlan', 'applySyncPlan', 'holdSyncPlanLines', 'confirmSyncLinks', 'confirmSyncLink'],
  ...['putSyncHold', 'releaseSyncHold', 'releaseSyncHolds', 'pauseSync', 'resumeSync', 'cancelSync', 'undoSyncRun'],
  ...['verifySyncMirror', 'makeSetupLink', 'renewSetupLink', 'revokeSetupLink'],
];
const ADMIN = [
  ...['createTenant', 'updateTenant', 'deleteTenant', 'issueToken', 'revokeToken'],
  ...['registerTenantSchema', 'removeTenantSchema', 'changeSyncPolicy', 'adoptSyncMirror', 'resetSyncMirror'],
  ...['changeActivitySettings', 'createAdminToken', 'revokeAdminToken'],
  ...['createOAuthClient', 'deleteOAuthClient', 'addOAuthCredential', 'deleteOAuthCredential'],
];

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

interface Documented {
  readonly id: string;
  readonly method: string;
  readonly role: unknown;
  readonly answers: readonly string[];
}

const objects = (value: unknown): [string, JsonObject][] =>
  isJsonObject(value) ? Object.entries(value).flatMap(([name, one]) => (isJsonObject(one) ? [[name, one]] : [])) : [];

const documented: readonly Documented[] = objects(readDocument('admin').definition['paths']).flatMap(([, item]) =>
  objects(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({
      ...{ id: String(operation['operationId']), method, role: operation['x-role'] },
      answers: objects(operation['responses']).map(([status]) => status),
    })),
);

const roleOf = (id: string): Role => {
  if (ADMIN.includes(id)) return 'admin';
  return OPERATOR.includes(id) ? 'operator' : 'viewer';
};

describe('the role that an operation of the admin API takes', () => {
  it('is in the document', () => {
    expect(documented.length).toBeGreaterThan(50);
    expect(documented.map(({ id, role }) => [id, role])).toEqual(documented.map(({ id }) => [id, roleOf(id)]));
    expect([...OPERATOR, ...ADMIN].filter((id) => !documented.some((one) => one.id === id))).toEqual([]);
  });

  it('is viewer where the operation only reads, and a higher one, with the answer 403, where it changes something', () => {
    for (const { id, method, role, answers } of documented) {
      expect([id, role === 'viewer', answers.includes('403')]).toEqual([id, method === 'get', method !== 'get']);
    }
  });

  it.each([
    ['viewer', ['viewer']],
    ['operator', ['viewer', 'operator']],
    ['admin', ['viewer', 'operator', 'admin']],
  ] as const)('is one of those that the role %s stands for: %j', (role, allowed) => {
    const may = (needed: Role): boolean => {
      try {
        checkRole({ kind: 'operator', role, name: undefined }, needed);
        return true;
      } catch {
        return false;
      }
    };
    expect(ROLES.filter(may)).toEqual(allowed);
  });
});

describe('the name in a body', () => {
  it("is that of the sender's own token, whatever was sent, and what was sent where the token is nobody's own", () => {
    const body = { by: 'eve', reason: 'r' };
    expect(inOwnName(body, { kind: 'operator', role: 'admin', name: 'Anna' })).toEqual({ by: 'Anna', reason: 'r' });
    expect(inOwnName(body, { kind: 'operator', role: 'admin', name: undefined })).toEqual(body);
    expect(inOwnName({ name: 'x' }, { kind: 'operator', role: 'admin', name: 'Anna' })).toEqual({ name: 'x' });
  });
});
