// The import rule of the house as data: what each room may import from other rooms, and from npm. Data flows one way;
// a stage gets its `next` from `collector/src/pipeline.ts` and never imports its neighbour. `rooms.test.ts` holds
// every source file against this table; ARCHITECTURE.md shows the same table to people.

export interface Room {
  /** Folder (ends in `/`) or single files, relative to the repository. The longest match wins. */
  path: string;
  /** Rooms it may import, by path. `contract/src/` is always allowed, its own room too. */
  rooms: readonly string[];
  /** npm packages by name; a trailing `/` allows a scope; `*` any. Node's own modules need `node`. */
  npm: readonly string[];
  /** False where the room does no I/O: no `node:` imports at all. */
  node: boolean;
}

/** Screens and their shell are one layer: a page reads the URL state, the router mounts the page. */
const SCREENS = ['api', 'app', 'draw', 'format', 'i18n', 'model', 'styles', 'views'].map((room) => `dashboard/src/${room}/`);

export const ROOMS: readonly Room[] = [
  { path: 'contract/src/', rooms: [], npm: ['typebox'], node: false },
  { path: 'agent/src/', rooms: [], npm: ['@opentelemetry/', 'import-in-the-middle'], node: true },
  { path: 'collector/src/receive/', rooms: [], npm: ['xxhash-wasm'], node: true },
  { path: 'collector/src/decode/', rooms: [], npm: [], node: true },
  { path: 'collector/wasm/', rooms: [], npm: [], node: false },
  { path: 'collector/src/spool/', rooms: [], npm: ['xxhash-wasm'], node: true },
  { path: 'collector/src/relay/', rooms: [], npm: [], node: true },
  { path: 'collector/src/store/', rooms: [], npm: ['@clickhouse/client', 'chdb'], node: true },
  { path: 'collector/src/quota/', rooms: [], npm: [], node: false },
  { path: 'collector/src/query/', rooms: ['collector/src/store/'], npm: [], node: true },
  { path: 'collector/src/judge/', rooms: [], npm: [], node: false },
  { path: 'collector/src/propose/', rooms: [], npm: [], node: false },
  { path: 'collector/src/sign-on/', rooms: [], npm: ['openid-client'], node: true },
  { path: 'collector/src/access/', rooms: [], npm: ['kysely', 'libsql', 'pg'], node: true },
  {
    path: 'collector/src/alert/', rooms: ['collector/src/query/', 'collector/src/judge/', 'collector/src/access/'],
    npm: ['kysely', 'nodemailer', 'typebox', 'yaml'], node: true,
  },
  { path: 'collector/src/status/', rooms: [], npm: [], node: true },
  {
    path: 'collector/src/api/', rooms: ['collector/src/query/', 'collector/src/judge/', 'collector/src/access/', 'collector/src/alert/', 'collector/src/status/', 'collector/src/propose/', 'collector/src/sign-on/'],
    npm: ['fastify', '@fastify/', 'typebox', 'uqr', 'yaml'], node: true,
  },
  {
    path: 'collector/src/', node: true, npm: ['*'],
    rooms: ['receive', 'decode', 'spool', 'relay', 'store', 'query', 'judge', 'access', 'alert', 'status', 'api', 'quota', 'propose', 'sign-on'].map((room) => `collector/src/${room}/`),
  },
  { path: 'dashboard/src/model/', rooms: [], npm: [], node: false },
  { path: 'dashboard/src/draw/', rooms: ['dashboard/src/model/'], npm: ['echarts'], node: false },
  { path: 'dashboard/src/api/', rooms: [], npm: ['@tanstack/react-query', 'react'], node: false },
  { path: 'dashboard/src/format/', rooms: [], npm: [], node: false },
  { path: 'dashboard/src/i18n/', rooms: ['dashboard/src/format/'], npm: ['react'], node: false },
  { path: 'dashboard/src/views/', rooms: SCREENS, npm: ['*'], node: false },
  { path: 'dashboard/src/app/', rooms: SCREENS, npm: ['*'], node: false },
  { path: 'dashboard/src/styles/', rooms: [], npm: [], node: false },
  { path: 'dashboard/src/', rooms: SCREENS, npm: ['*'], node: false },
  { path: 'demo-system/src/', rooms: [], npm: ['*'], node: true },
];

/** Tests may use what they test with. */
export const TEST_NPM: readonly string[] = ['vitest', 'fast-check', 'typebox', '@testing-library/', '@opentelemetry/', 'happy-dom', 'pino', 'react', '@tanstack/react-query', 'chdb', 'fastify', '@narrows/agent', '@narrows/collector'];

export const roomOf = (file: string): Room | undefined =>
  ROOMS.filter((room) => file.startsWith(room.path)).toSorted((a, b) => b.path.length - a.path.length)[0];
