/* eslint-disable @typescript-eslint/no-require-imports -- Dredd loads its hook files as CommonJS */
// Dredd takes hooks from files only. The run that is under way waits here for the ones of this file (see run-dredd.ts).
globalThis[Symbol.for('flexwhere-scim.dredd-run')].install(require('hooks'));
