export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const ENDPOINTS = ['/Users/.search', '/Groups/.search', '/.search'];
