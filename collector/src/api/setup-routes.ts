// Bringing an agency in, and its settings: whether data comes and why not, the pipeline that its traffic suggests, pipelines as YAML
// that are checked on live data before they are kept, and limits, retention and redaction.
import {
  DoneSchema, LimitsChangeSchema, NarrowsError, OnboardingAnswerSchema, PERSONAL_DATA_KINDS, personalDataKinds, PipelineCheckSchema, PipelineSourcesSchema, PipelineTextSchema, ProposalAnswerSchema, ROUTES, SettingsAnswerSchema,
  SettingsChangeSchema, type PipelineDefinition,
} from '@narrows/contract';
import type { FastifyInstance } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { stringify } from 'yaml';
import { deletePipeline, pipelinesOf, saveSetting, settingOf, savePipeline } from '../access/agency-settings.js';
import type { MetaDb } from '../access/meta-db.js';
import { noDataReasons } from '../propose/no-data-reasons.js';
import { proposePipeline } from '../propose/propose-pipeline.js';
import type { Asker } from '../query/question.js';
import { selectServices } from '../query/services.js';
import { selectClocks, selectMatches, selectTraffic } from '../query/traffic.js';
import { audited } from './audit-trail.js';
import { personOf } from './authorization.js';
import type { IngestCounters } from './ingest-counters.js';
import { describe } from './route-question.js';

export interface SetupRoutesOptions {
  db: MetaDb;
  now: () => number;
  counters: IngestCounters;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  /** A definition as YAML: itself, or what is wrong with it. */
  readPipeline: (yaml: string) => PipelineDefinition | string[];
  /** Where senders send to. */
  ports: () => { otlp: number; grpc: number };
  /** What was changed holds from now on, and not only in a few seconds. */
  refresh: () => Promise<void>;
  retentionDays: number;
  redact: string;
}

const SERVICES_LOOKBACK_MS = 24 * 3600_000;
const CLOCK_LOOKBACK_MS = 5 * 60_000;
/** What a definition is tried on, and a proposal made from. */
const TRAFFIC_MS = 15 * 60_000;
const PIPELINES_MAX = 50;
const pipelineParams = Type.Object({ pipeline: Type.String({ maxLength: 63 }) });

export function addSetupRoutes(instance: FastifyInstance, options: SetupRoutesOptions): void {
  addOnboardingRoutes(instance, options);
  addPipelineRoutes(instance, options);
  addSettingsRoutes(instance, options);
}

function addOnboardingRoutes(instance: FastifyInstance, { now, counters, pipelines, ports }: SetupRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.onboarding, describe('Whether data comes, from whom, and if not, why', OnboardingAnswerSchema), async (request) => {
    const { agency, asker } = personOf(request);
    const nowMs = now();
    const own = pipelines(agency.id);
    const [services, clocks, matched] = await Promise.all([
      selectServices(asker, { fromMs: nowMs - SERVICES_LOOKBACK_MS, toMs: nowMs + CLOCK_LOOKBACK_MS }), selectClocks(asker, { fromMs: nowMs - CLOCK_LOOKBACK_MS, toMs: nowMs + 1_000 }), countMatched(asker, own, nowMs),
    ]);
    const { spans, points, logRecords } = counters.statusOf(agency.id);
    const { otlp, grpc } = ports();
    return {
      atMs: nowMs, otlpPort: otlp, grpcPort: grpc, spans, points, logRecords, services: services.toReversed(), pipelines: own.length,
      reasons: noDataReasons({ intake: counters.intakeOf(agency.id), services, clocks, pipelines: own.length, nowMs, ...matched }),
    };
  });
  app.get(ROUTES.proposal, describe('A pipeline from the traffic of the last minutes, and why it is so', ProposalAnswerSchema), async (request) => {
    const { agency, asker } = personOf(request);
    const nowMs = now();
    const { pipeline, because } = proposePipeline(await selectTraffic(asker, { fromMs: nowMs - TRAFFIC_MS, toMs: nowMs + 1_000 }), { id: 'main', name: { ko: agency.name, en: agency.name } });
    return { pipeline, because, yaml: pipeline === null ? '' : stringify(pipeline, { flowCollectionPadding: true, lineWidth: 140 }) };
  });
}

async function countMatched(asker: Asker, pipelines: readonly PipelineDefinition[], nowMs: number): Promise<{ transactions: number; inStages: number }> {
  if (pipelines.length === 0) return { transactions: 0, inStages: 0 };
  const [row] = await asker.query<{ transactions: number; inStages: number }>(`SELECT toFloat64(count()) AS transactions, toFloat64(countIf(Stage != '')) AS inStages FROM otel_traces
    WHERE Agency = {agency:String} AND Transaction = 1 AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})`, { fromMs: nowMs - CLOCK_LOOKBACK_MS, toMs: nowMs + 1_000 });
  return row ?? { transactions: 0, inStages: 0 };
}

function addPipelineRoutes(instance: FastifyInstance, { db, now, pipelines, readPipeline, refresh }: SetupRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.pipelineSources, describe('Pipelines of the agency as YAML', PipelineSourcesSchema), async (request) => {
    const { agency } = personOf(request);
    const own = new Set((await pipelinesOf(db, agency.id)).map(({ id }) => id));
    return { sources: pipelines(agency.id).map((pipeline) => ({ id: pipeline.id, yaml: stringify(pipeline, { lineWidth: 140 }), origin: own.has(pipeline.id) ? 'agency' as const : 'file' as const })) };
  });
  app.post(ROUTES.pipelineCheck, { schema: { ...describe('What a definition matches of the last minutes, and what is wrong with it', PipelineCheckSchema).schema, body: PipelineTextSchema } }, async (request) => {
    const { asker } = personOf(request);
    const read = readPipeline(request.body.yaml);
    if (Array.isArray(read)) return { mistakes: read, spans: 0, stages: [], unmatched: [] };
    const nowMs = now();
    const { matches, unmatched } = await selectMatches(asker, read, { fromMs: nowMs - TRAFFIC_MS, toMs: nowMs + 1_000 });
    const stages = read.stages.map(({ id }) => {
      const own = matches.filter(({ stage }) => stage === id);
      return { stage: id, spans: own.reduce((sum, { spans }) => sum + spans, 0), channels: own.filter(({ channel }) => channel !== '').map(({ channel, spans }) => ({ value: channel, spans })) };
    });
    return { mistakes: [], spans: matches.reduce((sum, { spans }) => sum + spans, 0), stages, unmatched };
  });
  app.put(ROUTES.pipeline, { schema: { ...describe('Keep a pipeline; it holds for what comes in from now on', DoneSchema).schema, params: pipelineParams, body: PipelineTextSchema } }, async (request) => {
    const { agency } = personOf(request);
    const read = readPipeline(request.body.yaml);
    if (Array.isArray(read)) throw new NarrowsError('FORM_INVALID', read.join('; '), { fields: read.map((mistake) => ({ field: 'yaml', ko: mistake, en: mistake })) });
    if (read.id !== request.params.pipeline) throw new NarrowsError('FORM_INVALID', `id: "${read.id}" is not "${request.params.pipeline}"`, { fields: [{ field: 'yaml', ko: `id는 "${request.params.pipeline}"이어야 합니다.`, en: `id must be "${request.params.pipeline}".` }] });
    const own = await pipelinesOf(db, agency.id);
    if (own.length >= PIPELINES_MAX && !own.some(({ id }) => id === read.id)) throw new NarrowsError('FORM_INVALID', `there are ${PIPELINES_MAX} pipelines already`, { fields: [{ field: 'yaml', ko: `파이프라인은 ${PIPELINES_MAX}개까지 만들 수 있습니다.`, en: `There may be ${PIPELINES_MAX} pipelines.` }] });
    await savePipeline(db, agency.id, read, now());
    await refresh();
    return { done: true as const };
  });
  app.delete(ROUTES.pipeline, { schema: { ...describe('Remove a pipeline', DoneSchema).schema, params: pipelineParams } }, async (request) => {
    const { agency } = personOf(request);
    if (!await deletePipeline(db, agency.id, request.params.pipeline)) throw new NarrowsError('NOT_FOUND', `There is no pipeline "${request.params.pipeline}" of this agency's own.`);
    await refresh();
    return { done: true as const };
  });
}

function addSettingsRoutes(instance: FastifyInstance, { db, now, refresh, retentionDays, redact }: SetupRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.settings, describe('Limits, retention and redaction of the agency', SettingsAnswerSchema), async (request) => {
    const { agency: _agency, ...setting } = await settingOf(db, personOf(request).agency.id);
    return { ...setting, collector: { retentionDays, redact } };
  });
  app.patch(ROUTES.settings, { schema: { ...describe('Change how long data is kept and what is masked', DoneSchema).schema, body: SettingsChangeSchema } }, async (request) => {
    const { agency } = personOf(request);
    const change = request.body;
    if (typeof change.retentionDays === 'number' && change.retentionDays > retentionDays) {
      throw new NarrowsError('FORM_INVALID', `retentionDays: the collector keeps data for ${retentionDays} days`, { fields: [{ field: 'retentionDays', ko: `수집기의 보관 기간은 ${retentionDays}일입니다. 그보다 길게 둘 수 없습니다.`, en: `The collector keeps data for ${retentionDays} days; no agency keeps it longer.` }] });
    }
    if (typeof change.redact === 'string') assertKinds(change.redact);
    await saveSetting(db, agency.id, change, now());
    await refresh();
    return { done: true as const };
  });
  app.put(ROUTES.limits, { schema: { ...describe('Change what the agency may send', DoneSchema).schema, body: LimitsChangeSchema } }, async (request) => {
    const { agency } = personOf(request);
    audited(request, agency.id, { before: (await settingOf(db, agency.id)).limits });
    await saveSetting(db, agency.id, { limits: request.body.limits }, now());
    await refresh();
    return { done: true as const };
  });
}

function assertKinds(redact: string): void {
  try {
    personalDataKinds(redact);
  } catch (error) {
    if (!(error instanceof NarrowsError)) throw error;
    throw new NarrowsError('FORM_INVALID', error.message, { fields: [{ field: 'redact', ko: `"all" 또는 ${PERSONAL_DATA_KINDS.join(', ')} 중에서 쉼표로 나열하세요.`, en: `"all", or a list with commas of ${PERSONAL_DATA_KINDS.join(', ')}.` }] });
  }
}
