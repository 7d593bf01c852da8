import type { PlantedFault } from './fault.js';
import { RECORDS_FAULTS } from './records.js';
import { SETTINGS_FAULTS } from './settings.js';
import { STORAGE_FAULTS } from './storage.js';
import { SYNCHRONIZING_FAULTS } from './synchronizing.js';
import { WEB_FAULTS } from './web.js';

/** Every planted fault. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...STORAGE_FAULTS,
  ...RECORDS_FAULTS,
  ...SETTINGS_FAULTS,
  ...WEB_FAULTS,
  ...SYNCHRONIZING_FAULTS,
];
