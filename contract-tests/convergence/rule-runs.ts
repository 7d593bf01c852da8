import { mappingWith } from '../../tools/entra-client/simulator/provision/attribute-mapping.js';
import { virtualClock } from '../../tools/entra-client/simulator/clock.js';
import { Directory } from '../../tools/entra-client/simulator/company/directory.js';
import { ProvisioningJob } from '../../tools/entra-client/simulator/job.js';
import { DEFAULT_SETTINGS, type ProvisioningSettings } from '../../tools/entra-client/simulator/settings.js';
import type { Purpose, Send } from '../../tools/entra-client/simulator/wire/wire.js';
import { Acknowledged } from './acknowledged.js';
import { readStaged } from './staged.js';

/** A provisioning job that says the same things as others in its own way. */
export interface RuleRun {
  readonly name: string;
  readonly settings: Partial<ProvisioningSettings>;
  /** Whether the tenant is set to group-replace-adds. */
  readonly replaceAdds?: boolean;
}

const COST_CENTER = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:costCenter';

/** Between them, all that Entra itself has been seen to send. */
export const RULE_RUNS: readonly RuleRun[] = [
  { name: 'without the flag, a custom attribute, one role', settings: { ...custom(), roles: 'single' } },
  { name: 'with the flag', settings: { dialect: 'flag' } },
  {
    name: 'without the flag, older shapes, roles as JSON',
    settings: {
      roles: 'complex',
      rareShapes: new Set(['value-in-array', 'manager-without-urn', 'extension-at-top-level']),
    },
  },
  {
    name: 'with the flag, members that replace, managers removed',
    settings: { dialect: 'flag', rareShapes: new Set(['member-replaces', 'manager-removed-by-filter']) },
    replaceAdds: true,
  },
];

function custom(): Partial<ProvisioningSettings> {
  return { mapping: mappingWith({ [COST_CENTER]: 'extensionAttribute1' }) };
}

/** What Entra sends in a restart although nothing changed. */
const NOTHING_NEW: readonly Purpose[] = ['probe', 'read user', 'read group', 'add member'];

/**
 * Plays some events of a company that provisioning is to get through.
 * @returns what shows that it did not; empty where it did
 */
export async function redAfter({ settings }: RuleRun, send: Send): Promise<readonly string[]> {
  const acknowledged = new Acknowledged();
  const purposes: Purpose[] = [];
  const noting: Send = (request) => {
    purposes.push(request.purpose);
    return acknowledged.noting(send)(request);
  };
  const directory = company();
  const parts = { directory, clock: virtualClock(), send: noting, settings: { ...DEFAULT_SETTINGS, ...settings } };
  const job = new ProvisioningJob(parts);
  const red: string[] = [];
  for (const happens of [() => undefined, change]) {
    happens(directory);
    await job.cycle();
    // The restart adds again whoever was lost.
    red.push(...acknowledged.wrongMembersIn(await readStaged(send)));
    job.restart({ forgetIds: false });
    purposes.length = 0;
    await job.cycle();
    red.push(...purposes.filter((purpose) => !NOTHING_NEW.includes(purpose)).map((purpose) => `once more: ${purpose}`));
  }
  const failures = job.failures.map(({ kind, key, failure }) => `${kind} ${key}: ${failure.message}`);
  return [...red, ...failures];
}

function company(): Directory {
  const directory = new Directory();
  directory.addUser('ada', person('ada'));
  directory.addUser('bo', { ...person('bo'), appRole: 'planner', extensionAttribute1: '7', jobTitle: 'Host' });
  directory.addUser('cy', person('cy'));
  for (const objectId of ['bo', 'cy']) directory.changeUser(objectId, { manager: 'ada' });
  directory.addGroup('team', 'Floor wardens');
  for (const member of ['ada', 'bo', 'cy']) directory.addMember('team', member);
  return directory;
}

const person = (name: string): Readonly<Record<string, string>> => ({
  userPrincipalName: `${name}@contoso.example`,
  mailNickname: name,
  displayName: name,
  givenName: name,
  surname: 'Vane',
  mail: `${name}@contoso.example`,
  department: 'Sales',
});

function change(directory: Directory): void {
  directory.setAttribute('ada', 'mobile', '+31 6 5550 0100');
  directory.setAttribute('ada', 'appRole', 'admin');
  directory.setAttribute('ada', 'department', 'Facilities');
  directory.setAttribute('bo', 'extensionAttribute1', '8');
  directory.setAttribute('bo', 'givenName', 'Bodil');
  directory.setAttribute('bo', 'jobTitle', 'Head of planning');
  directory.changeUser('cy', { manager: undefined, accountEnabled: false });
  directory.changeGroup('team', { displayName: 'Floor wardens West' });
  directory.removeMember('team', 'bo');
}
