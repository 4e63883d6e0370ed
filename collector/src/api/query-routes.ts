// The query API: one route a question, validated and serialised by the contract's schemas. A route finds out who asks
// and about what, and leaves the asking to `query/`.
import {
  ActiveAnswerSchema, ActiveQuerySchema, HitmapAnswerSchema, HitmapQuerySchema, IngestStatusSchema, IntakeAnswerSchema, LIMITS, LiveAnswerSchema, LiveQuerySchema, mayDo,
  NarrowsError, PipelinesAnswerSchema, ROLE_PERMISSIONS, ROUTES, SessionAnswerSchema, TraceAnswerSchema, TransactionsAnswerSchema, TransactionsQuerySchema,
  VerdictsAnswerSchema, VerdictsQuerySchema, type PipelineDefinition,
} from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { MetaDb } from '../access/meta-db.js';
import { selectActive } from '../query/active.js';
import { selectHitmap } from '../query/hitmap.js';
import { selectServices } from '../query/services.js';
import { selectTotals } from '../query/totals.js';
import { selectTrace } from '../query/trace.js';
import { selectTransactions } from '../query/transactions.js';
import type { StoreReader } from '../query/question.js';
import { personOf } from './authorization.js';
import { addHistoryRoutes } from './history-routes.js';
import type { IngestCounters } from './ingest-counters.js';
import type { LiveHub } from './live-hub.js';
import type { LiveStreams } from './live-stream.js';
import { tickSecondMs } from './live-feed.js';
import { selectPastTick } from './live-tick.js';
import { addPlanRoutes } from './plan-routes.js';
import { baselineOf, choosePipeline, describe, rangeOf, type App } from './route-question.js';
import { selectVerdicts } from './verdicts.js';
import { withWho } from './who.js';
import { addWhoRoutes } from './who-routes.js';

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
  addHistoryRoutes(app, options);
  addWhoRoutes(app, options);
  addPlanRoutes(app, options);
}

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

function addLiveRoutes(app: App, { db, hub, streams, pipelines, now, storedThroughMs }: QueryRoutesOptions): void {
  app.get(ROUTES.live, { schema: { ...describe('The newest second, or with `to` the second that ended then, and the minutes before it', LiveAnswerSchema).schema, querystring: LiveQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const { pipeline: id, stage, channel, service } = request.query;
    const pipeline = choosePipeline(pipelines(agency.id), id);
    const newestMs = tickSecondMs(now(), storedThroughMs());
    const toMs = request.query.to ?? newestMs + 1_000;
    const atMs = Math.floor(toMs / 1_000 - 1) * 1_000;
    const range = rangeOf({ ...request.query, to: toMs }, toMs, LIMITS.liveWindowSeconds * 1_000 * 6);
    const [tick, history] = await Promise.all([
      atMs < newestMs ? selectPastTick({ db, asker, pipeline, timeZone: agency.timeZone }, atMs) : hub.feed(agency, pipeline).current(),
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

function addDrillDownRoutes(app: App, { db, store, pipelines, now, storedThroughMs }: QueryRoutesOptions): void {
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
    const trace = await selectTrace(personOf(request).asker, traceId, { fromMs: 0, toMs: now() + LIMITS.itemAheadMaxMs });
    if (!trace) throw new NarrowsError('NOT_FOUND', `No trace ${traceId} is stored.`);
    return trace;
  });
  app.get(ROUTES.verdicts, { schema: { ...describe('What was narrow in a past window, judged from stored data', VerdictsAnswerSchema).schema, querystring: VerdictsQuerySchema } }, async (request) => {
    const { agency, asker, owner } = personOf(request);
    const defined = pipelines(agency.id);
    const asked = request.query.pipeline === undefined && defined.length > 0 ? defined : [choosePipeline(defined, request.query.pipeline)];
    const range = rangeOf(request.query, tickSecondMs(now(), storedThroughMs()) + 1_000, VERDICT_RANGE_MAX_MS, LIMITS.judgeWindowSeconds * 1_000);
    const verdicts = await selectVerdicts({ db, store }, agency, asked, range, baselineOf(request.query));
    return { verdicts: request.query.who === true ? await withWho({ asker, timeZone: agency.timeZone, persons: mayDo(owner.role, 'telemetry') }, verdicts, range.toMs) : verdicts };
  });
}
