// Who speaks: the services with their instances, each a resource as the agent describes itself. The public site, identity and
// booking run on every server that is in use; the others on a few of their own.
import { mix } from './patch-values.js';
import type { ExportStreams } from './export-request.js';
import type { TemplateStream } from './template-stream.js';

const AGENT_VERSION = '0.1.0';
const HTTP = { name: '@opentelemetry/instrumentation-http', version: '0.223.0' };
const UNDICI = { name: '@opentelemetry/instrumentation-undici', version: '0.33.0' };
const PG = { name: '@opentelemetry/instrumentation-pg', version: '0.75.0' };
export const AGENT_SCOPE = { name: '@narrows/agent', version: AGENT_VERSION };
/** Servers beyond this share an instance: a page that lists three hundred of the same tells no more than one that lists thirty. */
const INSTANCES_MAX = 30;

const SERVICES = {
  web: { scopes: [HTTP, UNDICI], instances: null },
  'waiting-room': { scopes: [HTTP], instances: 2 },
  eligibility: { scopes: [HTTP], instances: 2 },
  registry: { scopes: [HTTP], instances: 1 },
  identity: { scopes: [HTTP], instances: null },
  clinics: { scopes: [HTTP, PG], instances: 2 },
  booking: { scopes: [HTTP, PG], instances: null },
} as const;
export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

/** What the agent says of the process it is in. */
export function resourceOf(service: string, instance: number): Record<string, string | number> {
  const id = mix(mix(instance + 1) ^ service.length * 0x9e3779b9).toString(16).padStart(8, '0');
  return {
    'service.name': service, 'service.instance.id': `${id}-0000-4000-8000-${id}${id.slice(4)}`, 'process.pid': 1_000 + instance, 'process.runtime.name': 'nodejs', 'process.runtime.version': '20.20.2',
    'host.name': `${service}-${instance + 1}`, 'host.arch': 'x64', 'os.type': 'linux', 'telemetry.distro.name': 'narrows', 'telemetry.distro.version': AGENT_VERSION,
    'telemetry.sdk.language': 'nodejs', 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': '2.12.0',
  };
}

/** Where the spans of one scope of a service go: a stream for each instance, of which the first `inUse` serve now. */
export interface ScopeStreams { readonly streams: readonly TemplateStream[]; inUse: number; readonly followsServers: boolean }

/** Which of several instances serves a session. */
export function streamOf({ streams, inUse }: ScopeStreams, mixedSession: number): TemplateStream {
  return streams[mixedSession % inUse]!;
}

export class Fleet {
  readonly #scopes = new Map<ServiceName, ScopeStreams[]>();
  #servers = 0;

  constructor(spans: ExportStreams, serversMax: number) {
    for (const service of SERVICE_NAMES) {
      const { scopes, instances } = SERVICES[service];
      const count = Math.min(INSTANCES_MAX, instances ?? serversMax);
      const opened = Array.from({ length: count }, (_, instance) => spans.open(resourceOf(service, instance), scopes));
      this.#scopes.set(service, scopes.map((_, scope) => ({ streams: opened.map((streams) => streams[scope]!), inUse: count, followsServers: instances === null })));
    }
  }

  /** Streams of the HTTP scope (0) of a service, or of its second scope. */
  of(service: ServiceName, scope: 0 | 1): ScopeStreams { return this.#scopes.get(service)![scope]!; }

  /** So many servers are in use from now on. */
  setServers(servers: number): void {
    if (servers === this.#servers) return;
    this.#servers = servers;
    for (const scope of [...this.#scopes.values()].flat()) if (scope.followsServers) scope.inUse = Math.min(scope.streams.length, Math.max(1, servers));
  }
}
