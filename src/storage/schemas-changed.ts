import { ScimError } from '../protocol/scim-error.js';

/** 503: the tenant's schemas changed between the request's arrival and its turn; sent again, it uses the new ones. */
export class SchemasChanged extends ScimError {
  constructor() {
    super(
      503,
      "The tenant's schemas have changed while this request was under way, and nothing was changed. Send it again.",
      {
        headers: { 'Retry-After': '1' },
      },
    );
    this.name = 'SchemasChanged';
  }
}
