// The query API: what `/api/v1` is asked and what it answers, as JSON Schema. The collector validates and serialises by
// these and serves them as OpenAPI; the dashboard takes only the types. Moments are Unix ms, span times Unix ns as
// decimal strings, durations say their unit. `null` means "not reported", never zero.
import Type, { type Static, type TSchema } from 'typebox';
import { ACTIVE_STATES, AGE_BANDS } from './attributes.js';
import { FieldFaultSchema } from './field-fault.js';
import { PERMISSIONS, ROLES } from './permissions.js';
import { PipelineSchema } from './pipeline.js';
import { VerdictSchema } from './verdict.js';

const Bilingual = Type.Object({ ko: Type.String(), en: Type.String() });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();

export const LIGHTS = ['fine', 'busy', 'stuck', 'none'] as const;
/** ● fine · ▲ busy · ■ stuck · ◌ no data. */
export type Light = (typeof LIGHTS)[number];

/** A stage, channel or service as it stands now: queueing quantities over the last few seconds. */
export const PlaceStateSchema = Type.Object({
  stage: Type.String(),
  channel: Type.String(),
  service: Type.String(),
  name: Bilingual,
  deliberate: Type.Boolean(),
  light: Type.Enum([...LIGHTS]),
  /** λ and X, per second. */
  arrivalsPerSecond: nullable(Num),
  completionsPerSecond: nullable(Num),
  errorsPerSecond: nullable(Num),
  /** L: begun and not ended. */
  inFlight: nullable(Num),
  /** Of those, how many stand in line rather than being served. */
  waiting: nullable(Num),
  /** W, and its split into own time and outgoing calls. */
  residenceMs: nullable(Num),
  selfMs: nullable(Num),
  downstreamMs: nullable(Num),
  /** ρ, 0–1 (may pass 1 when arrivals exceed capacity). */
  utilisation: nullable(Num),
  capacityPerSecond: nullable(Num),
  /** Where the capacity comes from: a declared limit, a pool's own metric, or the plateau seen in the data. */
  capacitySource: nullable(Type.Enum(['declared', 'pool', 'plateau'])),
  oldestMs: nullable(Num),
  clearsInSeconds: nullable(Num),
  /** If arrivals go on as in the last minute: seconds until they reach the capacity. 0: they do. Null: not in sight, or nothing is known. */
  saturatesInSeconds: Type.Optional(nullable(Num)),
});
export type PlaceState = Static<typeof PlaceStateSchema>;

/** One second of the whole pipeline (or of all services). */
export const TotalsPointSchema = Type.Object({
  atMs: Num,
  completions: Num,
  errors: Num,
  p50Ms: nullable(Num),
  p95Ms: nullable(Num),
  p99Ms: nullable(Num),
  apdex: nullable(Num),
  inFlight: nullable(Num),
});
export type TotalsPoint = Static<typeof TotalsPointSchema>;

export const ActiveByServiceSchema = Type.Object({
  service: Type.String(),
  /** Open transactions by age band, in the order of AGE_BANDS. */
  bands: Type.Array(Num, { minItems: AGE_BANDS.length, maxItems: AGE_BANDS.length }),
  states: Type.Object(Object.fromEntries(ACTIVE_STATES.map((s) => [s, Num])) as Record<(typeof ACTIVE_STATES)[number], typeof Num>),
});
export type ActiveByService = Static<typeof ActiveByServiceSchema>;

export const ActiveRowSchema = Type.Object({
  atMs: Num,
  traceId: Type.String(),
  spanId: Type.String(),
  service: Type.String(),
  operation: Type.String(),
  stage: Type.String(),
  channel: Type.String(),
  ageMs: Num,
  state: Type.Enum([...ACTIVE_STATES]),
  openChild: Type.String(),
});
export type ActiveRow = Static<typeof ActiveRowSchema>;

export const PeopleSchema = Type.Object({
  /** Distinct persons, sessions (browsers or devices) and client addresses seen in the last minute; null where no attribute names them. */
  persons: nullable(Num),
  sessions: nullable(Num),
  addresses: nullable(Num),
  /** What people were told in the last minute. */
  outcomes: Type.Array(Type.Object({ outcome: Type.String(), count: Num })),
  /** Waiting behind all stages that are not a deliberate wait; and inside the deliberate ones. */
  waiting: nullable(Num),
  waitingDeliberate: nullable(Num),
});
export type People = Static<typeof PeopleSchema>;

/** Pushed to every viewer once a second (`event: tick`). */
export const LiveTickSchema = Type.Object({
  /** The second that this tick describes, and the server's clock when it was made. */
  atMs: Num,
  serverNowMs: Num,
  pipeline: nullable(Type.String()),
  /** Age of the newest stored span; null: nothing has ever arrived. */
  dataAgeMs: nullable(Num),
  /** In the order of the pipeline; channels follow their stage. Without a pipeline: services. */
  places: Type.Array(PlaceStateSchema),
  totals: TotalsPointSchema,
  active: Type.Object({ reported: Type.Boolean(), services: Type.Array(ActiveByServiceSchema), oldest: Type.Array(ActiveRowSchema) }),
  people: PeopleSchema,
  verdicts: Type.Array(VerdictSchema),
});
export type LiveTick = Static<typeof LiveTickSchema>;

/** `GET /api/v1/live`: what a page needs at its start; later seconds come by `GET /api/v1/live/stream` (SSE). */
export const LiveAnswerSchema = Type.Object({ tick: LiveTickSchema, history: Type.Array(TotalsPointSchema) });
export type LiveAnswer = Static<typeof LiveAnswerSchema>;

/** Cells are `[cell 0–119, count]` pairs: columns are mostly empty. */
export const HitmapColumnSchema = Type.Object({ atMs: Num, ok: Type.Array(Type.Array(Num)), error: Type.Array(Type.Array(Num)) });
export const HitmapAnswerSchema = Type.Object({
  fromMs: Num, toMs: Num, columnSeconds: Num, transactions: Num, errors: Num, columns: Type.Array(HitmapColumnSchema),
});
export type HitmapColumn = Static<typeof HitmapColumnSchema>;
export type HitmapAnswer = Static<typeof HitmapAnswerSchema>;

/** A row of the trace list: one transaction (server span) and the trace it is part of. */
export const TransactionRowSchema = Type.Object({
  traceId: Type.String(), spanId: Type.String(),
  service: Type.String(), operation: Type.String(),
  pipeline: Type.String(), stage: Type.String(), channel: Type.String(), outcome: Type.String(), person: Type.String(),
  startUnixNano: Type.String(), endMs: Num, durationMs: Num,
  error: Type.Boolean(), statusMessage: Type.String(), httpStatus: Type.String(),
});
export type TransactionRow = Static<typeof TransactionRowSchema>;
export const TransactionsAnswerSchema = Type.Object({
  rows: Type.Array(TransactionRowSchema),
  /** Rows that match, also beyond the limit. Where healthy traces were thinned: how many the kept ones stand for. */
  total: Num,
  limit: Num,
  /** One in so many healthy traces was kept where least were; 1 or left out: all. Those that failed or were slow are all kept. */
  keptOneIn: Type.Optional(Num),
  /** Values to filter by, with their counts, for the range and filters asked. */
  facets: Type.Array(Type.Object({ field: Type.String(), values: Type.Array(Type.Object({ value: Type.String(), count: Num })) })),
});
export type TransactionsAnswer = Static<typeof TransactionsAnswerSchema>;

const Attributes = Type.Record(Type.String(), Type.String());
export const SpanRowSchema = Type.Object({
  spanId: Type.String(), parentSpanId: Type.String(), traceState: Type.String(),
  name: Type.String(), kind: Type.String(), service: Type.String(), instance: Type.String(), scope: Type.String(),
  startUnixNano: Type.String(), durationNano: Type.String(),
  statusCode: Type.Enum(['Unset', 'Ok', 'Error']), statusMessage: Type.String(),
  stage: Type.String(), channel: Type.String(), outcome: Type.String(),
  attributes: Attributes, resource: Attributes,
  events: Type.Array(Type.Object({ atUnixNano: Type.String(), name: Type.String(), attributes: Attributes })),
  links: Type.Array(Type.Object({ traceId: Type.String(), spanId: Type.String(), attributes: Attributes })),
});
export type SpanRow = Static<typeof SpanRowSchema>;
export const LogRowSchema = Type.Object({
  atUnixNano: Type.String(), spanId: Type.String(), service: Type.String(), severity: Type.String(), severityNumber: Num,
  body: Type.String(), attributes: Attributes,
});
export type LogRow = Static<typeof LogRowSchema>;
export const TraceAnswerSchema = Type.Object({
  traceId: Type.String(), spans: Type.Array(SpanRowSchema), logs: Type.Array(LogRowSchema),
  /** Spans and logs left out by LIMITS; 0 where the answer is whole. */
  spansOmitted: Num, logsOmitted: Num,
});
export type TraceAnswer = Static<typeof TraceAnswerSchema>;

export const ActiveAnswerSchema = Type.Object({ reported: Type.Boolean(), atMs: nullable(Num), rows: Type.Array(ActiveRowSchema) });
export type ActiveAnswer = Static<typeof ActiveAnswerSchema>;
export const VerdictsAnswerSchema = Type.Object({ verdicts: Type.Array(VerdictSchema) });
export type VerdictsAnswer = Static<typeof VerdictsAnswerSchema>;
export const PipelinesAnswerSchema = Type.Object({ pipelines: Type.Array(PipelineSchema) });
export type PipelinesAnswer = Static<typeof PipelinesAnswerSchema>;

/** Why a page is empty, from the collector's own counters. */
export const IngestStatusSchema = Type.Object({
  spans: Num, points: Num, logRecords: Num,
  /** Requests refused since the start, by error code. */
  rejected: Type.Array(Type.Object({ code: Type.String(), requests: Num, lastMs: Num })),
  lastReceivedMs: nullable(Num), lastStoredMs: nullable(Num),
  spoolBytes: Num,
  services: Type.Array(Type.Object({ service: Type.String(), lastMs: Num })),
});
export type IngestStatus = Static<typeof IngestStatusSchema>;

export const SessionAnswerSchema = Type.Object({
  agency: Type.String(), agencyName: Type.String(), user: Type.String(), timeZone: Type.String(), version: Type.String(),
  role: Type.Enum([...ROLES]), permissions: Type.Array(Type.Enum([...PERMISSIONS])),
  /** To be sent back as `x-narrows-csrf` with every change; null for a token, which needs none. */
  csrf: nullable(Type.String()),
});
export type SessionAnswer = Static<typeof SessionAnswerSchema>;

export const ErrorAnswerSchema = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String(), whatToDo: Type.String(), requestId: Type.String(), /** Of FORM_INVALID. */ fields: Type.Optional(Type.Array(FieldFaultSchema)) }) });
export type ErrorAnswer = Static<typeof ErrorAnswerSchema>;

// Query strings. `from`/`to` may be left out: the last ten minutes.
const range = { from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })) };
const place = { pipeline: Type.Optional(Type.String()), stage: Type.Optional(Type.String()), channel: Type.Optional(Type.String()), service: Type.Optional(Type.String()) };
export const LiveQuerySchema = Type.Object({ ...range, ...place });
export type LiveQuery = Static<typeof LiveQuerySchema>;
export const HitmapQuerySchema = Type.Object({ ...range, ...place });
export type HitmapQuery = Static<typeof HitmapQuerySchema>;
export const TransactionsQuerySchema = Type.Object({
  ...range, ...place,
  operation: Type.Optional(Type.String()), outcome: Type.Optional(Type.String()), person: Type.Optional(Type.String()), traceId: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{1,32}$' })),
  /** `from`/`to` are of the end time, as on the hitmap. */
  minDurationMs: Type.Optional(Type.Number({ minimum: 0 })), maxDurationMs: Type.Optional(Type.Number({ minimum: 0 })),
  error: Type.Optional(Type.Boolean()),
  /** Attributes of the span or its resource, as a JSON object: `{"app.version":"5.2.0"}`. */
  where: Type.Optional(Type.String({ maxLength: 2_000 })),
  sort: Type.Optional(Type.Enum(['newest', 'slowest'])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
});
export type TransactionsQuery = Static<typeof TransactionsQuerySchema>;
export const ActiveQuerySchema = Type.Object({ ...place, band: Type.Optional(Type.Enum([...AGE_BANDS])) });
export type ActiveQuery = Static<typeof ActiveQuerySchema>;
/** `who`: also say who is in each of the first three, which takes a second or two. */
export const VerdictsQuerySchema = Type.Object({ ...range, pipeline: place.pipeline, baselineFrom: range.from, baselineTo: range.to, who: Type.Optional(Type.Boolean()) });
export type VerdictsQuery = Static<typeof VerdictsQuerySchema>;
