import { createDocs, type Docs } from '../../docs/docs.js';
import { CHECKOUT, readDocuments } from './read-documents.js';

/** The docs of this checkout, without a server. */
export const docsOfCheckout = (): Docs =>
  createDocs({ documents: readDocuments(), origin: 'https://scim.example.com', root: CHECKOUT });
