// What the supervisor tells its processes through the environment, as one table, read once at their start.
import { readConfig, type ConfigOf } from '@narrows/contract';
import { SCENARIO_IDS, type ScenarioId } from './scenario.js';

export const ENVIRONMENT = {
  scenario: { env: 'DEMO_SCENARIO', kind: 'string', default: 'before', oneOf: SCENARIO_IDS, sentence: 'Which scenario the processes play.' },
  service: { env: 'DEMO_SERVICE', kind: 'string', default: '', sentence: 'Name of the service that a process is.' },
  seed: { env: 'DEMO_SEED', kind: 'integer', default: 1, min: 0, sentence: 'Seed of everything random.' },
  speed: { env: 'DEMO_SPEED', kind: 'number', default: 1, min: 0.1, max: 10, sentence: 'How many seconds of the timeline pass in one second.' },
  host: { env: 'DEMO_HOST', kind: 'string', default: '127.0.0.1', sentence: 'Address that the public site listens on; the other services stay on 127.0.0.1.' },
  port: { env: 'DEMO_PORT', kind: 'integer', default: 0, min: 0, max: 65_535, sentence: 'Port of the public site; 0 takes a free one.' },
  collectorOtlpUrl: { env: 'DEMO_COLLECTOR_OTLP_URL', kind: 'string', default: '', sentence: 'OTLP address of a collector that runs elsewhere, as in containers; blank: the demo starts its own.' },
  collectorKey: { env: 'DEMO_COLLECTOR_KEY', kind: 'string', default: '', sentence: 'Ingestion key for that collector.' },
  webUrl: { env: 'DEMO_WEB_URL', kind: 'string', default: '', sentence: 'Address of the public site, for the crowd.' },
  waitingRoomUrl: { env: 'DEMO_WAITING_ROOM_URL', kind: 'string', default: '', sentence: 'Address of the waiting room.' },
  identityUrl: { env: 'DEMO_IDENTITY_URL', kind: 'string', default: '', sentence: 'Address of identity verification.' },
  eligibilityUrl: { env: 'DEMO_ELIGIBILITY_URL', kind: 'string', default: '', sentence: 'Address of the health insurance system.' },
  bookingUrl: { env: 'DEMO_BOOKING_URL', kind: 'string', default: '', sentence: 'Address of booking.' },
  clinicsUrl: { env: 'DEMO_CLINICS_URL', kind: 'string', default: '', sentence: 'Address of the clinic list.' },
  registryUrl: { env: 'DEMO_REGISTRY_URL', kind: 'string', default: '', sentence: 'Address of the vaccination registry.' },
  extraMs: { env: 'DEMO_EXTRA_MS', kind: 'number', default: 0, unit: 'ms', min: 0, max: 60_000, sentence: 'Added to the handling of every request: a release that is slower.' },
  share: { env: 'DEMO_SHARE', kind: 'number', default: 1, min: 0.001, max: 1, sentence: 'Share of a service\'s capacity that this instance has.' },
  floodPerSecond: { env: 'DEMO_FLOOD_PER_SECOND', kind: 'number', default: 200, min: 1, max: 5_000, sentence: 'Requests a second of a flood.' },
  backendUrl: { env: 'DEMO_BACKEND_URL', kind: 'string', default: '', sentence: 'Address of the one service behind the site, in systems of two.' },
  databaseUrl: { env: 'DEMO_DATABASE_URL', kind: 'string', default: '', sentence: 'PostgreSQL that runs elsewhere; blank: the demo starts its own.' },
} as const;

export type DemoEnvironment = Omit<ConfigOf<typeof ENVIRONMENT>, 'scenario'> & { readonly scenario: ScenarioId };

/** Read the table. Errors: CONFIG_INVALID. */
export function readEnvironment(): DemoEnvironment {
  // The table's `oneOf` has checked the scenario's name.
  return readConfig(ENVIRONMENT, process.env) as DemoEnvironment;
}

/** What `scripts/national-process.mjs` sets for the columns of a national day alone. */
const HUGE_PAGES = 'glibc.malloc.hugetlb=1';

/** The environment of a child: ours with these values on top. Its memory is not what ours is. */
export function childEnvironment(values: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { GLIBC_TUNABLES: tunables, ...ours } = process.env;
  return { ...ours, ...(tunables !== undefined && tunables !== HUGE_PAGES && { GLIBC_TUNABLES: tunables }), ...values };
}

/** The variables of the table for a child; what is left out takes its default. */
export function tableValues(values: Partial<Record<keyof typeof ENVIRONMENT, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [ENVIRONMENT[name as keyof typeof ENVIRONMENT].env, String(value)]));
}
