/** What was remembered of a token or its tenant is no longer so. Nothing was done; the token is to be looked up. */
export class StaleProof extends Error {
  constructor() {
    super('What was remembered of the token is no longer so');
    this.name = 'StaleProof';
  }
}
