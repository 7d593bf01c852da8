declare module 'dredd' {
  import type { EventEmitter } from 'node:events';

  interface Statistics {
    readonly tests: number;
    readonly passes: number;
    readonly failures: number;
    readonly errors: number;
    readonly skipped: number;
  }

  interface Configuration {
    readonly endpoint: string;
    readonly path: readonly string[];
    readonly apiDescriptions: readonly { readonly location: string; readonly content: string }[];
    readonly hookfiles: readonly string[];
    readonly loglevel: string;
  }

  /** A document with the transactions that were compiled from it. */
  export interface ApiDescription {
    readonly location: string;
    readonly mediaType: string;
    readonly annotations: readonly object[];
    readonly transactions: readonly object[];
  }

  type Compiled = (error: Error | null | undefined, descriptions?: readonly ApiDescription[]) => void;

  /** Dredd by its JavaScript interface, as far as it is used here. */
  export default class Dredd {
    constructor(configuration: Configuration);
    readonly configuration: { readonly emitter: EventEmitter };
    prepareAPIdescriptions(done: Compiled): void;
    run(done: (error: Error | null | undefined, statistics: Statistics) => void): void;
  }
}

declare module 'dredd/build/reporters/reporterOutputLogger.js' {
  const logger: { readonly transports: { readonly console: { silent: boolean } } };
  export default logger;
}
