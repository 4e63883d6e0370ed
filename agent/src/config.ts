// The agent's settings: the environment goes in, a frozen object goes out. `OTEL_*` names keep their standard meaning with
// this distribution's defaults, `NARROWS_*` names are ours; standard names that are not in the table (headers, timeouts,
// certificates, propagators, limits, resource) are read by the OpenTelemetry packages themselves. A mistake never stops an
// application: what is wrong takes its default, and all mistakes are returned together for one warning.
import { readConfig, type ConfigOf, type ConfigTable } from '@narrows/contract/config-table';
import { NarrowsError } from '@narrows/contract/errors';
import { personalDataKinds, type PersonalDataKinds } from '@narrows/contract/personal-data';
import type { Signal } from '@narrows/contract/ingest';

export const AGENT_CONFIG = {
  disabled: { env: 'OTEL_SDK_DISABLED', kind: 'boolean', default: false, sentence: 'Switches the whole agent off: nothing is loaded, nothing is hooked.' },
  key: { env: 'NARROWS_KEY', kind: 'string', default: '', sentence: 'Ingestion key of the agency, sent as "authorization: Bearer KEY" with every signal.' },
  endpoint: { env: 'NARROWS_ENDPOINT', kind: 'string', default: 'http://127.0.0.1:4318', sentence: 'Address of the collector; OTEL_EXPORTER_OTLP_ENDPOINT wins over it.' },
  active: { env: 'NARROWS_ACTIVE', kind: 'boolean', default: true, sentence: 'Report every second what has begun and not ended.' },
  activeAttributes: { env: 'NARROWS_ACTIVE_ATTRIBUTES', kind: 'string', default: '', sentence: 'Span attributes, comma-separated, by which active transactions are grouped, such as "booking.step,identity.channel". Few values each.' },
  activeOldestMax: { env: 'NARROWS_ACTIVE_OLDEST_MAX', kind: 'integer', default: 20, min: 0, max: 200, sentence: 'How many of the oldest active transactions are reported one by one every second.' },
  activeGroupsMax: { env: 'NARROWS_ACTIVE_GROUPS_MAX', kind: 'integer', default: 200, min: 1, max: 2_000, sentence: 'Groups of active transactions that are told apart; what comes later is counted as operation "other".' },
  redact: { env: 'NARROWS_REDACT', kind: 'string', default: 'all', sentence: 'Personal numbers that are masked before anything is sent: "all", or a comma-separated list of card, driver_licence, passport, phone. Resident and foreigner registration numbers always are.' },
  protocol: { env: 'OTEL_EXPORTER_OTLP_PROTOCOL', kind: 'string', default: 'http/protobuf', oneOf: ['http/protobuf', 'http/json'], sentence: 'Encoding of what is sent.' },
  tracesExporter: { env: 'OTEL_TRACES_EXPORTER', kind: 'string', default: 'otlp', oneOf: ['otlp', 'none'], sentence: 'Whether spans are sent.' },
  metricsExporter: { env: 'OTEL_METRICS_EXPORTER', kind: 'string', default: 'otlp', oneOf: ['otlp', 'none'], sentence: 'Whether metrics are sent, active transactions included.' },
  logsExporter: { env: 'OTEL_LOGS_EXPORTER', kind: 'string', default: 'otlp', oneOf: ['otlp', 'none'], sentence: 'Whether log records are sent, the oldest active transactions included.' },
  sampler: {
    env: 'OTEL_TRACES_SAMPLER', kind: 'string', default: 'parentbased_always_on', sentence: 'Which traces are sent. Active transactions are counted all the same.',
    oneOf: ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'],
  },
  samplerRatio: { env: 'OTEL_TRACES_SAMPLER_ARG', kind: 'number', default: 1, min: 0, max: 1, sentence: 'Share of the traces that a traceidratio sampler keeps.' },
  spanDelayMs: { env: 'OTEL_BSP_SCHEDULE_DELAY', kind: 'integer', default: 1_000, min: 50, max: 60_000, unit: 'ms', sentence: 'How long ended spans are gathered before they are sent.' },
  spanQueueMax: { env: 'OTEL_BSP_MAX_QUEUE_SIZE', kind: 'integer', default: 8_192, min: 1, max: 1_000_000, unit: 'spans', sentence: 'Ended spans that may wait to be sent; more are dropped.' },
  spanBatchMax: { env: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', kind: 'integer', default: 512, min: 1, max: 100_000, unit: 'spans', sentence: 'Spans in one request.' },
  logDelayMs: { env: 'OTEL_BLRP_SCHEDULE_DELAY', kind: 'integer', default: 1_000, min: 50, max: 60_000, unit: 'ms', sentence: 'How long log records are gathered before they are sent.' },
  logQueueMax: { env: 'OTEL_BLRP_MAX_QUEUE_SIZE', kind: 'integer', default: 8_192, min: 1, max: 1_000_000, unit: 'records', sentence: 'Log records that may wait to be sent; more are dropped.' },
  logBatchMax: { env: 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', kind: 'integer', default: 512, min: 1, max: 100_000, unit: 'records', sentence: 'Log records in one request.' },
  metricIntervalMs: { env: 'OTEL_METRIC_EXPORT_INTERVAL', kind: 'integer', default: 10_000, min: 100, max: 3_600_000, unit: 'ms', sentence: 'How often runtime, HTTP and pool metrics are sent. Active transactions are sent every second, whatever stands here.' },
  enabledInstrumentations: { env: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS', kind: 'string', default: '', sentence: 'Only these of http, undici, fastify, pg, pino, runtime-node, comma-separated. Empty: all.' },
  disabledInstrumentations: { env: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS', kind: 'string', default: '', sentence: 'All but these, comma-separated.' },
} as const satisfies ConfigTable;

export type Environment = Readonly<Record<string, string | undefined>>;
type Table = ConfigOf<typeof AGENT_CONFIG>;

export interface AgentConfig extends Omit<Table, 'activeAttributes' | 'redact' | 'enabledInstrumentations' | 'disabledInstrumentations'> {
  activeAttributes: readonly string[];
  redact: PersonalDataKinds;
  /** By the name in `OTEL_NODE_ENABLED_INSTRUMENTATIONS`. */
  instruments: (name: string) => boolean;
  /** Whether the standard variable of this name, for all signals or for this one, is set: then it wins over our default. */
  given: (name: 'ENDPOINT' | 'COMPRESSION', signal: Signal) => boolean;
  protocolOf: (signal: Signal) => 'http/protobuf' | 'http/json';
}

/** Read the environment. `mistakes` holds one line for each variable that was wrong and took its default. */
export function readAgentConfig(env: Environment): { config: AgentConfig; mistakes: string[] } {
  const mistakes: string[] = [];
  const usable: Record<string, string | undefined> = {};
  for (const [name, entry] of Object.entries(AGENT_CONFIG)) {
    const mistake = mistakeOf(() => readConfig({ [name]: entry }, env));
    if (mistake === null) usable[entry.env] = env[entry.env];
    else mistakes.push(mistake);
  }
  for (const check of [endpointMistake, keyMistake, redactMistake]) {
    const [variable, mistake] = check(usable);
    if (mistake === null) continue;
    mistakes.push(mistake);
    delete usable[variable];
  }

  const table = readConfig(AGENT_CONFIG, usable);
  const standard = (name: string, signal: Signal) => env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`]?.trim() || env[`OTEL_EXPORTER_OTLP_${name}`]?.trim();
  const enabled = list(table.enabledInstrumentations);
  const disabled = list(table.disabledInstrumentations);
  const config: AgentConfig = {
    ...table,
    activeAttributes: list(table.activeAttributes),
    redact: personalDataKinds(table.redact),
    instruments: (name) => (enabled.length === 0 || enabled.includes(name)) && !disabled.includes(name),
    given: (name, signal) => Boolean(standard(name, signal)),
    protocolOf: (signal) => {
      const own = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`]?.trim();
      return own === 'http/json' || own === 'http/protobuf' ? own : (table.protocol as 'http/protobuf' | 'http/json');
    },
  };
  return { config: Object.freeze(config), mistakes };
}

function list(text: string): string[] {
  return [...new Set(text.split(',').map((part) => part.trim()).filter((part) => part !== ''))];
}

function mistakeOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof NarrowsError) return error.message.split('\n').slice(1).join(' ').trim();
    throw error;
  }
}

function endpointMistake(env: Environment): [string, string | null] {
  const variable = AGENT_CONFIG.endpoint.env;
  const endpoint = env[variable]?.trim();
  const fine = !endpoint || (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol));
  return [variable, fine ? null : `${variable}=${JSON.stringify(endpoint)}: must be an http or https address`];
}

function redactMistake(env: Environment): [string, string | null] {
  const variable = AGENT_CONFIG.redact.env;
  return [variable, mistakeOf(() => personalDataKinds(env[variable]?.trim() || 'all'))];
}

/** The value is left out of the sentence: a key does not belong in a log. */
function keyMistake(env: Environment): [string, string | null] {
  const variable = AGENT_CONFIG.key.env;
  const fine = /^[\x21-\x7e]*$/.test(env[variable]?.trim() ?? '');
  return [variable, fine ? null : `${variable}: holds a character that a header cannot carry`];
}
