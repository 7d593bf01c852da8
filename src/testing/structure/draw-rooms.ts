import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './import-graph.js';
import { readRooms, roomsPage } from './rooms.js';

writeFileSync(join(ROOT, 'docs/rooms.md'), roomsPage(readRooms()));
