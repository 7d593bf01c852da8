import { filesBelow, importsOf, isProduct } from './import-graph.js';

/** The rooms of the source and what each imports of the others; a room is a folder of src/ or of tools/, or a file of src/. */
export type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

/** The room of a file: `src/http`, `src/compose.ts`, `tools/entra-client`. */
const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/** The rooms as the source has them, tests aside. */
export function readRooms(): Rooms {
  const files = [...filesBelow('src'), ...filesBelow('tools')].filter(isProduct);
  const rooms = new Map<string, Set<string>>();
  for (const file of files) {
    const room = rooms.get(roomOf(file)) ?? new Set();
    rooms.set(roomOf(file), room);
    const targets = importsOf(file).flatMap(({ target }) => (target === undefined ? [] : [roomOf(target)]));
    for (const target of targets) if (target !== roomOf(file)) room.add(target);
  }
  return new Map([...rooms].filter(([room]) => !room.startsWith('generated/')));
}

/** The page docs/rooms.md: a picture of the rooms, and each room's imports in full. */
export function roomsPage(rooms: Rooms): string {
  const arrows = [...rooms].flatMap(([room, targets]) =>
    needed(room, drawn(targets), rooms).map((target) => `  ${idOf(room)} --> ${idOf(target)}`),
  );
  const rows = [...rooms].map(([room, targets]) => `| \`${room}\` | ${listed(drawn(targets))} |`);
  return [
    '# Rooms and their imports\n',
    'Drawn by `make rooms` from the import lines of the source, tests aside. An arrow goes from a room to one that it imports; where',
    'a longer way leads there too, the picture leaves the arrow out. The table below has them all. `src/imports.test.ts` says',
    'which imports are allowed, and `src/structure.test.ts` fails when this page is older than the source.\n',
    '```mermaid\nflowchart TD',
    ...[...rooms.keys()].map((room) => `  ${idOf(room)}["${room}"]`),
    ...arrows,
    '```\n',
    '| room | imports |\n| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const drawn = (targets: ReadonlySet<string>): readonly string[] =>
  [...targets].filter((target) => !target.startsWith('generated/')).sort();

/** The targets that no other target leads to. */
const needed = (room: string, targets: readonly string[], rooms: Rooms): readonly string[] =>
  targets.filter((target) => !targets.some((other) => other !== target && reaches(other, target, rooms, [room])));

function reaches(from: string, to: string, rooms: Rooms, passed: readonly string[]): boolean {
  const next = [...(rooms.get(from) ?? [])].filter((room) => !passed.includes(room));
  return next.includes(to) || next.some((room) => reaches(room, to, rooms, [...passed, from]));
}

const idOf = (room: string): string => room.replace(/\W/gu, '_');

const listed = (targets: readonly string[]): string =>
  targets.length === 0 ? 'nothing' : targets.map((target) => `\`${target}\``).join(', ');
