import type { JsonObject } from '../json.js';
import { BADGE, TENANT_USER } from '../patch/tenant-user.fixture.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import type { DialectSettings } from './rule.js';

export const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

export const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Custom:2.0:User';

interface PatchRow {
  readonly rule: string;
  readonly sent: readonly JsonObject[];
  readonly meant: readonly JsonObject[];
  readonly type?: ResourceType;
  readonly settings?: DialectSettings;
}

export const patches: readonly PatchRow[] = [
  {
    rule: 'operation-in-any-case',
    sent: [
      { op: 'Replace', path: 'displayName', value: 'Nilo' },
      { op: 'ADD', path: 'externalId', value: 'n' },
      { op: 'Remove', path: 'title' },
    ],
    meant: [
      { op: 'replace', path: 'displayName', value: 'Nilo' },
      { op: 'add', path: 'externalId', value: 'n' },
      { op: 'remove', path: 'title' },
    ],
  },
  {
    rule: 'keys-are-paths',
    sent: [
      {
        op: 'replace',
        value: {
          displayName: 'Sami Brook-Lind',
          'name.givenName': 'Samuel',
          [`${ENTERPRISE}:employeeNumber`]: 'E-9',
          'emails[type eq "work"].value': 's@contoso.example',
          [`${USER.schema.id}:title`]: 'Host',
          [`${CUSTOM}:costObject`]: '7',
          [ENTERPRISE]: { department: 'D' },
          [CUSTOM]: { other: '8' },
        },
      },
    ],
    meant: [
      {
        op: 'replace',
        value: { displayName: 'Sami Brook-Lind', [ENTERPRISE]: { department: 'D' }, [CUSTOM]: { other: '8' } },
      },
      { op: 'replace', path: 'name.givenName', value: 'Samuel' },
      { op: 'replace', path: `${ENTERPRISE}:employeeNumber`, value: 'E-9' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 's@contoso.example' },
      { op: 'replace', path: `${USER.schema.id}:title`, value: 'Host' },
      { op: 'replace', path: `${CUSTOM}:costObject`, value: '7' },
    ],
  },
  {
    rule: 'extension-attribute-without-urn',
    sent: [
      { op: 'add', path: 'manager', value: { value: 'm' } },
      { op: 'remove', path: 'Manager[value eq "m"]' },
    ],
    meant: [
      { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'm' } },
      { op: 'remove', path: `${ENTERPRISE}:Manager[value eq "m"]` },
    ],
  },
  {
    rule: 'extension-attribute-without-urn',
    sent: [{ op: 'add', value: { department: 'D', 'manager.value': 'm' } }],
    meant: [
      { op: 'add', path: `${ENTERPRISE}:department`, value: 'D' },
      { op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'm' },
    ],
  },
  {
    rule: 'read-only-keys-skipped',
    sent: [
      { op: 'replace', value: { id: 'x', meta: { version: 'y' }, schemas: [], groups: [], displayName: 'D' } },
      { op: 'replace', value: { id: 'x' } },
    ],
    meant: [{ op: 'replace', value: { displayName: 'D' } }],
  },
  {
    rule: 'array-for-single-value',
    sent: [
      { op: 'replace', path: 'title', value: ['Head of planning'] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: ['a@contoso.example'] },
      { op: 'add', path: `${ENTERPRISE}:manager`, value: [{ $ref: null, value: 'm' }] },
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'a', type: 'work' }] },
    ],
    meant: [
      { op: 'replace', path: 'title', value: 'Head of planning' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@contoso.example' },
      { op: 'add', path: `${ENTERPRISE}:manager`, value: { $ref: null, value: 'm' } },
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'a', type: 'work' } },
    ],
  },
  {
    rule: 'object-for-simple-value',
    sent: [{ op: 'replace', path: 'title', value: [{ $ref: null, value: 'Head of planning' }] }],
    meant: [{ op: 'replace', path: 'title', value: 'Head of planning' }],
  },
  {
    rule: 'object-for-simple-value',
    type: TENANT_USER,
    sent: [{ op: 'add', path: `${BADGE}:doors`, value: [{ value: '1' }, { value: '2' }] }],
    meant: [{ op: 'add', path: `${BADGE}:doors`, value: ['1', '2'] }],
  },
  {
    rule: 'empty-clears',
    sent: [
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: { VALUE: '' } },
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: '' },
      { op: 'replace', path: 'title', value: '' },
      {
        op: 'add',
        value: { nickName: '', name: { givenName: '' }, phoneNumbers: [{ type: 'work', value: '' }, { value: '5' }] },
      },
      { op: 'replace', path: `${CUSTOM}:costObject`, value: '' },
      { op: 'replace', value: { [CUSTOM]: { costObject: '' } } },
    ],
    meant: [
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: null },
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: null },
      { op: 'replace', path: 'title', value: null },
      { op: 'add', value: { nickName: null, name: { givenName: null }, phoneNumbers: [null, { value: '5' }] } },
      { op: 'replace', path: `${CUSTOM}:costObject`, value: null },
      { op: 'replace', value: { [CUSTOM]: { costObject: null } } },
    ],
  },
  {
    rule: 'string-for-reference',
    sent: [
      { op: 'add', path: `${ENTERPRISE}:manager`, value: 'm' },
      { op: 'add', value: { [ENTERPRISE]: { manager: 'm' } } },
    ],
    meant: [
      { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'm' } },
      { op: 'add', value: { [ENTERPRISE]: { manager: { value: 'm' } } } },
    ],
  },
  {
    rule: 'string-for-element',
    sent: [
      { op: 'add', path: 'roles', value: ['Admin', '{"value":"User","displayName":"U"}'] },
      { op: 'add', value: { roles: ['Admin'] } },
    ],
    meant: [
      { op: 'add', path: 'roles', value: [{ value: 'Admin' }, { value: 'User', display: 'U' }] },
      { op: 'add', value: { roles: [{ value: 'Admin' }] } },
    ],
  },
  {
    rule: 'string-for-element',
    type: GROUP,
    sent: [
      { op: 'add', path: 'members', value: 'u' },
      { op: 'remove', path: 'members', value: ['u'] },
    ],
    meant: [
      { op: 'add', path: 'members', value: { value: 'u' } },
      { op: 'remove', path: 'members', value: [{ value: 'u' }] },
    ],
  },
  {
    rule: 'array-for-single-value',
    sent: [
      { op: 'replace', value: [{ TITLE: 'a' }, { nickName: 'b' }] },
      { op: 'replace', path: 'active', value: ['False'] },
      { op: 'replace', path: `${CUSTOM}:sites`, value: ['A'] },
    ],
    meant: [
      { op: 'replace', value: { title: 'a' } },
      { op: 'replace', value: { nickName: 'b' } },
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: `${CUSTOM}:sites`, value: ['A'] },
    ],
  },
  {
    rule: 'boolean-as-string',
    sent: [
      { op: 'replace', path: 'active', value: 'False' },
      { op: 'replace', value: { active: 'TRUE', emails: [{ value: 'a', primary: 'True' }] } },
      { op: 'add', path: 'roles[primary eq "True" and display eq "True"].display', value: 'True' },
      { op: 'replace', path: 'emails[type eq "work"].primary', value: 'true' },
    ],
    meant: [
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', value: { active: true, emails: [{ value: 'a', primary: true }] } },
      { op: 'add', path: 'roles[primary eq true and display eq "True"].display', value: 'True' },
      { op: 'replace', path: 'emails[type eq "work"].primary', value: true },
    ],
  },
  {
    rule: 'role-as-json',
    sent: [
      {
        op: 'add',
        path: 'roles',
        value: [
          { value: '{"id":"06b07648","value":"Admin","displayName":"Administrator"}' },
          { value: '{"id":"18d14569","value":null,"displayName":"User","type":"App"}' },
          { value: '{not JSON' },
        ],
      },
    ],
    meant: [
      {
        op: 'add',
        path: 'roles',
        value: [
          { value: 'Admin', display: 'Administrator' },
          { value: '18d14569', display: 'User', type: 'App' },
          { value: '{not JSON' },
        ],
      },
    ],
  },
  {
    rule: 'replace-members-adds',
    type: GROUP,
    settings: { groupReplaceAdds: true },
    sent: [
      { op: 'replace', path: 'members', value: [{ value: 'u' }] },
      { op: 'replace', value: { displayName: 'G', members: [{ value: 'v' }] } },
      { op: 'replace', path: 'members', value: [] },
    ],
    meant: [
      { op: 'add', path: 'members', value: [{ value: 'u' }] },
      { op: 'replace', value: { displayName: 'G' } },
      { op: 'add', path: 'members', value: [{ value: 'v' }] },
      { op: 'replace', path: 'members', value: [] },
    ],
  },
];
