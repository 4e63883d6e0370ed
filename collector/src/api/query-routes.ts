// The query API: one route a question, validated and serialised by the contract's schemas. A route finds out who asks
// and about what, and leaves the asking to `query/`.
import {
  ActiveAnswerSchema, ActiveQuerySchema, ERRORS, ErrorAnswerSchema, HitmapAnswerSchema, HitmapQuerySchema, IngestStatusSchema, IntakeAnswerSchema, LIMITS, LiveAnswerSchema, LiveQuerySchema,
  NarrowsError, PipelinesAnswerSchema, ROLE_PERMISSIONS, ROUTES, SessionAnswerSchema, TraceAnswerSchema, TransactionsAnswerSchema, TransactionsQuerySchema,
  VerdictsAnswerSchema, VerdictsQuerySchema, type PipelineDefinition,
} from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { MetaDb } from '../access/meta-db.js';
import { selectActive } from '../query/active.js';
import { selectHitmap } from '../query/hitmap.js';
import type { Range } from '../query/question.js';
import { selectServices } from '../query/services.js';
import { selectTotals } from '../query/totals.js';
import { selectTrace } from '../query/trace.js';
import { selectTransactions } from '../query/transactions.js';
import type { StoreReader } from '../query/question.js';
import { personOf } from './authorization.js';
import type { IngestCounters } from './ingest-counters.js';
import type { LiveHub } from './live-hub.js';
import type { LiveStreams } from './live-stream.js';
import { tickSecondMs } from './live-feed.js';
import { selectPastTick } from './live-tick.js';
import { selectVerdicts } from './verdicts.js';

export interface QueryRoutesOptions {
  db: MetaDb;
  store: StoreReader;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  counters: IngestCounters;
  hub: LiveHub;
  streams: LiveStreams;
  retentionDays: number;
  /** Everything received before this moment can be asked for. */
  storedThroughMs: () => number;
  now: () => number;
  version: string;
}

const RANGE_DEFAULT_MS = LIMITS.liveWindowSeconds * 1_000;
/** One point a second and place: an hour of thirty places is a hundred thousand. */
const VERDICT_RANGE_MAX_MS = 3600_000;
/** The oldest record in the store's queue is this much older than the newest one that may be in the store already. */
const REPORT_AHEAD_MS = 1_000;
const SERVICES_LOOKBACK_MS = 24 * 3600_000;

/** To be registered under `/api/v1`. */
export async function addQueryRoutes(instance: FastifyInstance, options: QueryRoutesOptions): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  addSetupRoutes(app, options);
  addLiveRoutes(app, options);
  addDrillDownRoutes(app, options);
}

type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

function addSetupRoutes(app: App, { counters, pipelines, now, version }: QueryRoutesOptions): void {
  app.get(ROUTES.session, describe('Who is logged in', SessionAnswerSchema), async (request) => {
    const { owner, agency } = personOf(request);
    return { agency: agency.id, agencyName: agency.name, user: owner.user, role: owner.role, permissions: [...ROLE_PERMISSIONS[owner.role]], csrf: owner.csrf, timeZone: agency.timeZone, version };
  });
  app.get(ROUTES.pipelines, describe('Pipelines of the agency, the first one first on the live page', PipelinesAnswerSchema), async (request) => (
    { pipelines: [...pipelines(personOf(request).agency.id)] }));
  app.get(ROUTES.ingest, describe('What arrived, what was refused and why', IngestStatusSchema), async (request) => {
    const { asker } = personOf(request);
    const nowMs = now();
    return { ...counters.statusOf(asker.agency), services: await selectServices(asker, { fromMs: nowMs - SERVICES_LOOKBACK_MS, toMs: nowMs }) };
  });
  app.get(ROUTES.intake, describe('What became of every item that was sent: stored, queued, rejected or dropped, and why', IntakeAnswerSchema), async (request) => (
    counters.intakeOf(personOf(request).agency.id)));
}

function addLiveRoutes(app: App, { hub, streams, pipelines, now, storedThroughMs }: QueryRoutesOptions): void {
  app.get(ROUTES.live, { schema: { ...describe('The newest second, or with `to` the second that ended then, and the minutes before it', LiveAnswerSchema).schema, querystring: LiveQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const { pipeline: id, stage, channel, service } = request.query;
    const pipeline = choosePipeline(pipelines(agency.id), id);
    const newestMs = tickSecondMs(now(), storedThroughMs());
    const toMs = request.query.to ?? newestMs + 1_000;
    const atMs = Math.floor(toMs / 1_000 - 1) * 1_000;
    const range = rangeOf({ ...request.query, to: toMs }, toMs, LIMITS.liveWindowSeconds * 1_000 * 6);
    const [tick, history] = await Promise.all([
      atMs < newestMs ? selectPastTick({ asker, pipeline, timeZone: agency.timeZone }, atMs) : hub.feed(agency, pipeline).current(),
      selectTotals(asker, { pipeline, place: { stage, channel, service } }, range),
    ]);
    return { tick, history };
  });
  const streamQuery = Type.Object({ pipeline: Type.Optional(Type.String()) });
  app.get(ROUTES.liveStream, {
    schema: { summary: 'Server-sent events: `tick`, a LiveTick, every second', tags: ['query'], querystring: streamQuery },
    config: { rateLimit: false },
  }, async (request, reply) => {
    const { agency } = personOf(request);
    const pipeline = choosePipeline(pipelines(agency.id), request.query.pipeline);
    hub.assertPlace();
    streams.start(hub.feed(agency, pipeline), request, reply);
  });
  app.get(ROUTES.active, { schema: { ...describe('Transactions that have begun and not ended', ActiveAnswerSchema).schema, querystring: ActiveQuerySchema } }, async (request) => (
    // Of the newest report, not of the tick's second: a report is one request and need not be waited for.
    selectActive(personOf(request).asker, request.query, Math.min(now(), storedThroughMs() + REPORT_AHEAD_MS))));
}

function addDrillDownRoutes(app: App, { store, pipelines, retentionDays, now, storedThroughMs }: QueryRoutesOptions): void {
  app.get(ROUTES.hitmap, { schema: { ...describe('Ended transactions by end time and duration', HitmapAnswerSchema).schema, querystring: HitmapQuerySchema } }, async (request) => {
    const { from: _from, to: _to, ...place } = request.query;
    return selectHitmap(personOf(request).asker, place, rangeOf(request.query, now(), LIMITS.queryRangeMaxMs));
  });
  app.get(ROUTES.transactions, { schema: { ...describe('Transactions in a rectangle of the hitmap', TransactionsAnswerSchema).schema, querystring: TransactionsQuerySchema } }, async (request) => {
    const { from: _from, to: _to, ...question } = request.query;
    return selectTransactions(personOf(request).asker, question, rangeOf(request.query, now(), LIMITS.queryRangeMaxMs));
  });
  const traceParams = Type.Object({ traceId: Type.String({ pattern: '^[0-9a-fA-F]{32}$' }) });
  app.get(ROUTES.trace, { schema: { ...describe('All spans and log records of a trace', TraceAnswerSchema).schema, params: traceParams } }, async (request) => {
    const { traceId } = request.params;
    const trace = await selectTrace(personOf(request).asker, traceId, { fromMs: now() - retentionDays * 24 * 3600_000, toMs: now() + LIMITS.itemAheadMaxMs });
    if (!trace) throw new NarrowsError('NOT_FOUND', `No trace ${traceId} is stored.`);
    return trace;
  });
  app.get(ROUTES.verdicts, { schema: { ...describe('What was narrow in a past window, judged from stored data', VerdictsAnswerSchema).schema, querystring: VerdictsQuerySchema } }, async (request) => {
    const { agency } = personOf(request);
    const defined = pipelines(agency.id);
    const asked = request.query.pipeline === undefined && defined.length > 0 ? defined : [choosePipeline(defined, request.query.pipeline)];
    const range = rangeOf(request.query, tickSecondMs(now(), storedThroughMs()) + 1_000, VERDICT_RANGE_MAX_MS, LIMITS.judgeWindowSeconds * 1_000);
    return { verdicts: await selectVerdicts(store, agency, asked, range) };
  });
}

const FAULTS = Object.fromEntries([400, 401, 403, 404, 429, 500, 503, 504].map((status) => [status, ErrorAnswerSchema]));

function describe<Answer extends TSchema>(summary: string, answer: Answer) {
  const codes = Object.entries(ERRORS).filter(([, { http }]) => http in FAULTS).map(([code]) => code);
  return { schema: { summary, description: `Errors: ${codes.join(', ')}`, tags: ['query'], response: { 200: answer, ...FAULTS } } };
}

/** Left out: the agency's first. `''`: services. Errors: NOT_FOUND. */
function choosePipeline(defined: readonly PipelineDefinition[], id: string | undefined): PipelineDefinition | null {
  if (id === undefined) return defined[0] ?? null;
  if (id === '') return null;
  const found = defined.find((p) => p.id === id);
  if (!found) throw new NarrowsError('NOT_FOUND', `pipeline: there is no "${id.slice(0, 80)}" in this agency`);
  return found;
}

/** Errors: QUERY_INVALID. */
function rangeOf(query: { from?: number; to?: number }, nowMs: number, maxMs: number, defaultMs: number = RANGE_DEFAULT_MS): Range {
  const toMs = query.to ?? nowMs;
  const fromMs = query.from ?? Math.max(0, toMs - defaultMs);
  if (fromMs >= toMs) throw new NarrowsError('QUERY_INVALID', `from: must lie before to (${fromMs} ≥ ${toMs})`);
  if (toMs - fromMs > maxMs) throw new NarrowsError('QUERY_INVALID', `from: the range may span at most ${maxMs / 1_000} s here`);
  if (toMs > LATEST_MS) throw new NarrowsError('QUERY_INVALID', 'to: lies beyond the year 2100; moments are Unix milliseconds');
  return { fromMs, toMs };
}
/** The store's DateTime ends in 2106. */
const LATEST_MS = Date.UTC(2100, 0, 1);
