// Names on the wire: the OpenTelemetry attributes that Narrows reads, and the few of its own that its agent adds.
// A foreign agent sends only the first group; everything still works, and in-flight figures say "not reported".

export const ATTR = {
  serviceName: 'service.name',
  serviceInstanceId: 'service.instance.id',
  serviceVersion: 'service.version',
  httpRoute: 'http.route',
  httpMethod: 'http.request.method',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  peerService: 'peer.service',
  dbSystem: 'db.system.name',
  dbSystemOld: 'db.system',
  dbNamespace: 'db.namespace',
  enduserPseudoId: 'enduser.pseudo.id',
  sessionId: 'session.id',
  clientAddress: 'client.address',
  /** Set by the agent on a local root span at its end: milliseconds during which at least one outgoing call of it was open. */
  downstreamMs: 'narrows.downstream_ms',
  /** Span kind of an active transaction, `server` | `consumer` | `internal`. */
  spanKind: 'narrows.span.kind',
  /** `0-3s` | `3-8s` | `8s+` (`AGE_BANDS`). */
  ageBand: 'narrows.age_band',
  /** What an active transaction waits on this second (`ACTIVE_STATES`). */
  activeState: 'narrows.active.state',
  /** Span name of an active transaction. */
  operation: 'narrows.operation',
  /** Name of the child span that an active transaction has open, if any. */
  openChild: 'narrows.open_child',
  /** Milliseconds since an active transaction began. */
  ageMs: 'narrows.age_ms',
} as const;

/**
 * Metrics the agent reports every second about transactions (local root spans) that have begun and not ended.
 * All carry `ATTR.operation`, `ATTR.spanKind`, `http.route`, and the attributes listed in `NARROWS_ACTIVE_ATTRIBUTES`.
 */
export const ACTIVE_METRIC = {
  /** Gauge {transaction}: open now, by `ATTR.ageBand` and `ATTR.activeState`. */
  transactions: 'narrows.active.transactions',
  /** Sum, delta, monotonic {transaction}: begun since the last report. The arrival rate λ, also when nothing ends. */
  begun: 'narrows.active.begun',
  /** Gauge ms: age of the oldest open transaction. */
  oldestMs: 'narrows.active.oldest_ms',
} as const;

/** `event.name` of the log records that carry the oldest active transactions, one a transaction and second. */
export const ACTIVE_EVENT = 'narrows.active.transaction';

export const AGE_BANDS = ['0-3s', '3-8s', '8s+'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];
/** Lower bound of each band in milliseconds. */
export const AGE_BAND_FROM_MS: readonly number[] = [0, 3_000, 8_000];

/** METHOD, SQL, HTTPC, DBC and SOCKET of the Korean APMs, by their OpenTelemetry-era meaning. */
export const ACTIVE_STATES = ['method', 'sql', 'httpc', 'pool', 'socket'] as const;
export type ActiveState = (typeof ACTIVE_STATES)[number];

/**
 * Metrics of runtimes and hosts that say what share of something a process has used, by OpenTelemetry's semantic
 * conventions (`process`, `system`, `jvm`, `v8js`, `nodejs`), today's names and those before 1.0.
 * `share`: a gauge 0–1 · `idle`: a gauge of what is left · `used` and `limit`: two gauges, divided · `timeS`, `timeMs`:
 * a histogram of pauses, of which the sum is a share of the time that passed.
 */
export const RUNTIME_METRIC: Record<string, { measure: 'cpu' | 'gc' | 'event_loop' | 'memory'; as: 'share' | 'idle' | 'used' | 'limit' | 'timeS' | 'timeMs' }> = {
  'process.cpu.utilization': { measure: 'cpu', as: 'share' },
  'system.cpu.utilization': { measure: 'cpu', as: 'idle' },
  'jvm.cpu.recent_utilization': { measure: 'cpu', as: 'share' },
  'process.runtime.jvm.cpu.utilization': { measure: 'cpu', as: 'share' },
  'nodejs.eventloop.utilization': { measure: 'event_loop', as: 'share' },
  'v8js.gc.duration': { measure: 'gc', as: 'timeS' },
  'jvm.gc.duration': { measure: 'gc', as: 'timeS' },
  'process.runtime.jvm.gc.duration': { measure: 'gc', as: 'timeMs' },
  'v8js.memory.heap.used': { measure: 'memory', as: 'used' },
  'v8js.memory.heap.limit': { measure: 'memory', as: 'limit' },
  'jvm.memory.used': { measure: 'memory', as: 'used' },
  'jvm.memory.limit': { measure: 'memory', as: 'limit' },
};

/** What the agent says of itself with every metric interval: cumulative sums {item}, by `signal`; dropped also by `reason`. */
export const AGENT_METRIC = {
  delivered: 'narrows.agent.delivered',
  dropped: 'narrows.agent.dropped',
  /** Transactions that were counted but not watched while open, since too many were open at once. */
  unwatched: 'narrows.agent.unwatched',
} as const;
