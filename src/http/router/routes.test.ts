import type { Operation } from 'openapi-backend';
import { describe, expect, it } from 'vitest';
import { decodeTarget } from './request-target.js';
import { routesOf } from './routes.js';

const operation = (method: string, path: string): Operation => ({ method, path, responses: {} });

const find = routesOf(
  [
    operation('get', '/'),
    operation('get', '/Users'),
    operation('post', '/Users'),
    operation('get', '/Users/{id}'),
    operation('delete', '/Users/{id}'),
    operation('post', '/Users/.search'),
    operation('get', '/Users/{id}/{part}'),
    operation('put', '/Users/{id}/groups'),
  ],
  ({ method, path }) => `${method} ${path}`,
);
const found = (method: string, url: string) => find(method, decodeTarget(url, new Map([['users', 'Users']])));

describe('the routes of a document', () => {
  it.each([
    ['GET', '/', 'get /', {}],
    ['GET', '/users/', 'get /Users', {}],
    ['HEAD', '/Users', 'get /Users', {}],
    ['DELETE', '/Users/a%2Fb%20c', 'delete /Users/{id}', { id: 'a/b c' }],
    ['POST', '/Users/.search', 'post /Users/.search', {}],
    ['GET', '/Users/7/groups', 'get /Users/{id}/{part}', { id: '7', part: 'groups' }],
    ['PUT', '/Users/7/groups', 'put /Users/{id}/groups', { id: '7' }],
  ])('%s %s is found', (method, url, route, path) => {
    expect(found(method, url)).toEqual({ route, path });
  });

  it.each([
    ['POST', '/Users/7', 'GET, HEAD, DELETE'],
    ['GET', '/Users/.search', 'POST'],
    ['PATCH', '/Users/7/groups', 'GET, HEAD, PUT'],
  ])('%s %s is 405, with the methods that work', (method, url, allowed) => {
    expect(() => found(method, url)).toThrow(
      expect.objectContaining({ status: 405, headers: { Allow: allowed } }) as Error,
    );
  });

  it.each(['/Devices', '/Users/7/groups/8', '/USERS/7/x/y/z'])('%s is 404', (url) => {
    expect(() => found('GET', url)).toThrow(expect.objectContaining({ status: 404 }) as Error);
  });

  it('have no parameters in a part of a segment', () => {
    expect(() => routesOf([operation('get', '/files/{name}.json')], () => '')).toThrow('{name}.json');
  });
});
