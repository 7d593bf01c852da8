import { show, type Route } from '../visit.js';
import { connectionPage, issueToken, revokePage, revokeToken } from './connection.js';
import { OAUTH_CLIENT_ROUTES } from './oauth-clients.js';
import { runDoctor } from './doctor.js';
import { changeSetupLink } from './setup-link.js';

/** The connection of a company with Entra. */
export const CONNECTION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/tenants/:tenant/connection',
    role: 'viewer',
    answer: async (visit) => show(await connectionPage(visit)),
  },
  { method: 'POST', path: '/tenants/:tenant/doctor', role: 'operator', answer: runDoctor },
  { method: 'POST', path: '/tenants/:tenant/setup-link', role: 'operator', fresh: true, answer: changeSetupLink },
  { method: 'POST', path: '/tenants/:tenant/tokens', role: 'admin', fresh: true, answer: issueToken },
  {
    method: 'GET',
    path: '/tenants/:tenant/tokens/:token/revoke',
    role: 'admin',
    answer: async (visit) => show(await revokePage(visit)),
  },
  { method: 'POST', path: '/tenants/:tenant/tokens/:token/revoke', role: 'admin', answer: revokeToken },
  ...OAUTH_CLIENT_ROUTES,
];
