import { show, type Route } from '../visit.js';
import { companyPage, deleteCompany, enableCompany, renameCompany } from './company.js';
import { createCompany, newCompanyPage } from './create.js';
import { healthPage } from './health.js';
import { companiesPage } from './list.js';

/** All companies, one of them, and the server's health. */
export const COMPANY_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/', role: 'viewer', answer: async (visit) => show(await companiesPage(visit)) },
  { method: 'GET', path: '/health', role: 'viewer', answer: async (visit) => show(await healthPage(visit)) },
  { method: 'GET', path: '/new', role: 'admin', fresh: true, answer: async () => show(newCompanyPage) },
  { method: 'POST', path: '/new', role: 'admin', fresh: true, answer: createCompany },
  { method: 'GET', path: '/tenants/:tenant', role: 'viewer', answer: async (visit) => show(await companyPage(visit)) },
  { method: 'POST', path: '/tenants/:tenant/rename', role: 'admin', answer: renameCompany },
  { method: 'POST', path: '/tenants/:tenant/disable', role: 'admin', answer: enableCompany(false) },
  { method: 'POST', path: '/tenants/:tenant/enable', role: 'admin', answer: enableCompany(true) },
  { method: 'POST', path: '/tenants/:tenant/delete', role: 'admin', fresh: true, answer: deleteCompany },
];
