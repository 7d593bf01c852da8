import { describe, expect, it } from 'vitest';
import { SEARCH_REQUEST_SCHEMA } from './messages.js';
import { checkSearchRequest, searchRequestNames } from './search-request.js';

describe('a SearchRequest (RFC 7644 §3.4.3)', () => {
  it('has names in any case', () => {
    const sent = {
      SCHEMAS: ['x'],
      Attributes: ['userName'],
      EXCLUDEDATTRIBUTES: [],
      Filter: 'id pr',
      sortby: 'id',
      SORTORDER: 'descending',
      startindex: 1,
      COUNT: 2,
      Cursor: '',
    };
    expect(searchRequestNames(sent)).toEqual({
      schemas: ['x'],
      attributes: ['userName'],
      excludedAttributes: [],
      filter: 'id pr',
      sortBy: 'id',
      sortOrder: 'descending',
      startIndex: 1,
      count: 2,
      cursor: '',
    });
  });

  it('keeps names that it does not have, and values', () => {
    const sent = { Other: { FILTER: 1 }, filter: 'USERNAME pr', constructor: 1 };
    expect(searchRequestNames(sent)).toEqual(sent);
  });

  it('has no name in two spellings', () => {
    expect(() => searchRequestNames({ filter: 'id pr', FILTER: 'id pr' })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }),
    );
  });

  it.each([[[SEARCH_REQUEST_SCHEMA]], [['urn:x', SEARCH_REQUEST_SCHEMA.toUpperCase()]]])(
    'is named by %j',
    (schemas) => {
      expect(() => {
        checkSearchRequest(schemas);
      }).not.toThrow();
    },
  );

  it.each([[[]], [['urn:ietf:params:scim:api:messages:2.0:PatchOp']], [[`${SEARCH_REQUEST_SCHEMA}x`]]])(
    'is not named by %j',
    (schemas) => {
      expect(() => {
        checkSearchRequest(schemas);
      }).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }));
    },
  );
});
