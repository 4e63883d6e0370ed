// The seven services, each its own process with the agent attached from outside by `--import`, started in the order in
// which they need each other.
import { fileURLToPath } from 'node:url';
import { childEnvironment, tableValues, type ENVIRONMENT } from '../environment.js';
import { Part } from './part.js';

type TableName = keyof typeof ENVIRONMENT;
interface ServiceSpec { name: string; urlName: TableName; needs: readonly TableName[] }

/** Front to back is last to first. */
const SERVICES: readonly ServiceSpec[] = [
  { name: 'registry', urlName: 'registryUrl', needs: [] },
  { name: 'eligibility', urlName: 'eligibilityUrl', needs: ['registryUrl'] },
  { name: 'clinics', urlName: 'clinicsUrl', needs: ['databaseUrl', 'registryUrl'] },
  { name: 'booking', urlName: 'bookingUrl', needs: ['databaseUrl'] },
  { name: 'waiting-room', urlName: 'waitingRoomUrl', needs: [] },
  { name: 'identity', urlName: 'identityUrl', needs: [] },
  { name: 'web', urlName: 'webUrl', needs: ['waitingRoomUrl', 'identityUrl', 'eligibilityUrl', 'bookingUrl', 'clinicsUrl'] },
];

/** Attributes by which the agent groups what has begun and not ended. */
const ACTIVE_ATTRIBUTES = 'identity.channel,booking.step';
const METRICS_EVERY_MS = 2_000;
const READY_WITHIN_MS = 40_000;
const STOP_GRACE_MS = 6_000;

export interface ServicesSetting {
  /** What all of them are told: scenario, seed, speed. */
  common: Partial<Record<TableName, string | number>>;
  /** Where the public site listens; the services behind it take free ports of this machine. */
  site: { host: string; port: number };
  databaseUrl: string;
  /** Where telemetry goes; null: the agent is not attached. */
  telemetry: { endpoint: string; key: string } | null;
  logDir: string;
  onStarted: (part: Part) => void;
}

/** Start all of them. Answers the address of the public site. Errors: DemoFailure. */
export async function startServices(setting: ServicesSetting): Promise<{ webUrl: string }> {
  const urls: Partial<Record<TableName, string>> = { databaseUrl: setting.databaseUrl };
  for (const wave of wavesOf(SERVICES)) {
    await Promise.all(wave.map(async (spec) => {
      const known = Object.fromEntries(spec.needs.map((name) => [name, urls[name] ?? '']));
      const listens = spec.name === 'web' ? setting.site : { host: '127.0.0.1', port: 0 };
      const part = startService(spec.name, { ...setting.common, ...listens, ...known }, setting);
      const { port } = await part.ready(READY_WITHIN_MS);
      urls[spec.urlName] = `http://127.0.0.1:${port}`;
    }));
  }
  return { webUrl: urls.webUrl ?? '' };
}

/** Services that need nothing that is not there yet, then those that need these, and so on. */
function wavesOf(services: readonly ServiceSpec[]): ServiceSpec[][] {
  const there = new Set<TableName>(['databaseUrl']);
  const waves: ServiceSpec[][] = [];
  for (let left = [...services]; left.length > 0;) {
    const wave = left.filter(({ needs }) => needs.every((name) => there.has(name)));
    left = left.filter((spec) => !wave.includes(spec));
    for (const { urlName } of wave) there.add(urlName);
    waves.push(wave);
  }
  return waves;
}

function startService(name: string, table: Partial<Record<TableName, string | number>>, setting: ServicesSetting): Part {
  const { telemetry } = setting;
  const script = fileURLToPath(new URL(`../services/${name}/main.js`, import.meta.url));
  const part = new Part({
    name, command: process.execPath,
    args: [...(telemetry ? ['--import', import.meta.resolve('@narrows/agent/register')] : []), script],
    env: childEnvironment({
      ...tableValues(table),
      OTEL_SERVICE_NAME: name,
      ...(telemetry && {
        OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint, NARROWS_KEY: telemetry.key,
        NARROWS_ACTIVE_ATTRIBUTES: ACTIVE_ATTRIBUTES, OTEL_METRIC_EXPORT_INTERVAL: String(METRICS_EVERY_MS),
      }),
    }),
    logDir: setting.logDir, ipc: true, stopSignal: 'SIGTERM', stopGraceMs: STOP_GRACE_MS,
  });
  setting.onStarted(part);
  return part;
}
