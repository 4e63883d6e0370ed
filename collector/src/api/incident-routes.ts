// Incidents over HTTP: the list, one of them with all that is known, what people do with it, and its report to print or to paste.
import { IncidentActionSchema, IncidentAnswerSchema, IncidentsAnswerSchema, ROUTES, type IncidentAnswer, type PipelineDefinition, type TotalsPoint } from '@narrows/contract';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { MetaDb } from '../access/meta-db.js';
import { actOnIncident } from '../alert/incident-actions.js';
import { IncidentBook, type IncidentRow } from '../alert/incident-book.js';
import { draftMarkdown, reportHtml, type ReportOptions } from '../alert/incident-report.js';
import type { Notice } from '../alert/notice.js';
import { printPdf } from '../alert/print-pdf.js';
import { selectTotals } from '../query/totals.js';
import { personOf } from './authorization.js';
import { IncidentDoings } from './incident-doings.js';
import { tickSecondMs } from './live-feed.js';
import { describe, type App } from './route-question.js';

export interface IncidentRoutesOptions {
  db: MetaDb;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  now: () => number;
  /** Everything received before this moment is stored. */
  storedThroughMs: () => number;
  /** Path of a Chromium; '' where there is none. */
  chromium: string;
}

const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const Language = Type.Optional(Type.Enum(['ko', 'en']));
/** Charts show this long before and after. */
const CHART_MARGIN_MS = 10 * 60_000;
const CHART_POINTS_MAX = 600;
const CHART_RANGE_MAX_MS = 6 * 3600_000;
const NOTICES_MAX = 50;

export function addIncidentRoutes(app: App, options: IncidentRoutesOptions): void {
  const { db, now } = options;
  const book = new IncidentBook(db);
  const answerOf = incidentAnswer(options, book);
  const listQuery = Type.Object({ state: Type.Optional(Type.Enum(['open'])) });
  app.get(ROUTES.incidents, { schema: { ...describe('Incidents, newest first', IncidentsAnswerSchema).schema, querystring: listQuery } }, async (request) => {
    const incidents = await book.list(personOf(request).agency.id, request.query.state);
    return { incidents, open: incidents.filter(({ state }) => state === 'open' || state === 'taken').length };
  });
  app.get(ROUTES.incident, { schema: { ...describe('One incident with its timeline', IncidentAnswerSchema).schema, params: idParams, querystring: Type.Object({ lang: Language }) } }, async (request) => (
    answerOf(request, await book.get(personOf(request).agency.id, request.params.id), request.query.lang)));
  app.post(ROUTES.incident, { schema: { ...describe('Take, hand on, note, resolve, reopen, close or write up an incident', IncidentAnswerSchema).schema, params: idParams, body: IncidentActionSchema } }, async (request) => {
    const { agency, owner } = personOf(request);
    const row = await actOnIncident(book, await book.get(agency.id, request.params.id), request.body, owner.user, now());
    return answerOf(request, row, undefined);
  });
  addReportRoute(app, options, book, answerOf);
  addNoticeRoute(app, db);
}

function optionsOf(request: FastifyRequest, language: 'ko' | 'en' | undefined): ReportOptions {
  const { agency } = personOf(request);
  return { language: language ?? 'ko', timeZone: agency.timeZone, agencyName: agency.name };
}

type AnswerOf = (request: FastifyRequest, row: IncidentRow, language: 'ko' | 'en' | undefined) => Promise<IncidentAnswer>;

/** What the book holds, and what was done in its time, in order. */
function incidentAnswer({ db, pipelines, now, storedThroughMs }: IncidentRoutesOptions, book: IncidentBook): AnswerOf {
  const doings = new IncidentDoings();
  return async (request, row, language) => {
    const { agency, asker } = personOf(request);
    const question = { db, asker, pipeline: pipelineOf(pipelines(agency.id), row), timeZone: agency.timeZone, nowMs: now(), newestMs: tickSecondMs(now(), storedThroughMs()) + 1_000 };
    const [held, done] = await Promise.all([book.details(row), doings.entries(question, row)]);
    const details = { ...held, timeline: [...held.timeline, ...done].sort((a, b) => a.atMs - b.atMs) };
    return { ...details, postMortem: row.postMortem ?? draftMarkdown(details, optionsOf(request, language)), postMortemIsDraft: row.postMortem === null };
  };
}

const pipelineOf = (pipelines: readonly PipelineDefinition[], { groupKey }: IncidentRow): PipelineDefinition | null => pipelines.find(({ id }) => groupKey === `pipeline ${id}`) ?? null;

function addReportRoute(app: App, { pipelines, now, chromium }: IncidentRoutesOptions, book: IncidentBook, answerOf: AnswerOf): void {
  const query = Type.Object({ format: Type.Enum(['md', 'html', 'pdf']), lang: Language });
  app.get(ROUTES.incidentReport, { schema: { summary: 'The report of an incident: Markdown, a page to print, or PDF where there is a Chromium', tags: ['incidents'], params: idParams, querystring: query } }, async (request, reply) => {
    const { agency, asker } = personOf(request);
    const { format, lang } = request.query;
    const row = await book.get(agency.id, request.params.id);
    const options = optionsOf(request, lang);
    const { postMortem, ...details } = await answerOf(request, row, lang);
    const name = `incident-${row.number}`;
    if (format === 'md') return reply.type('text/markdown; charset=utf-8').header('content-disposition', `attachment; filename="${name}.md"`).send(postMortem);
    const pipeline = pipelineOf(pipelines(agency.id), row);
    const toMs = Math.min(now(), (row.resolvedAtMs ?? now()) + CHART_MARGIN_MS);
    const history = await selectTotals(asker, { pipeline }, { fromMs: Math.max(row.openedAtMs - CHART_MARGIN_MS, toMs - CHART_RANGE_MAX_MS), toMs });
    const page = reportHtml(details, postMortem, thinned(history), options);
    if (format === 'html') return reply.type('text/html; charset=utf-8').send(page);
    return reply.type('application/pdf').header('content-disposition', `attachment; filename="${name}.pdf"`).send(await printPdf(chromium, page));
  });
}

const thinned = (history: readonly TotalsPoint[]): TotalsPoint[] => {
  const every = Math.max(1, Math.ceil(history.length / CHART_POINTS_MAX));
  return history.filter((_, i) => i % every === 0);
};

/** What open dashboards show as a notification of the browser. */
function addNoticeRoute(app: App, db: MetaDb): void {
  const Notices = Type.Object({ notices: Type.Array(Type.Object({ id: Type.String(), atMs: Type.Number(), title: Type.Object({ ko: Type.String(), en: Type.String() }), event: Type.String(), incidentId: Type.Union([Type.String(), Type.Null()]) })) });
  app.get(ROUTES.notices, { schema: { ...describe('Messages of channels of kind browser since a moment', Notices).schema, querystring: Type.Object({ since: Type.Integer({ minimum: 0 }) }) } }, async (request) => {
    const rows = await db.selectFrom('delivery').innerJoin('alertChannel', 'alertChannel.id', 'delivery.channel').select(['delivery.id', 'delivery.payload', 'delivery.createdAtMs', 'alertChannel.json'])
      .where('delivery.agency', '=', personOf(request).agency.id).where('delivery.createdAtMs', '>', request.query.since).orderBy('delivery.createdAtMs', 'desc').limit(NOTICES_MAX).execute();
    return { notices: rows.filter(({ json }) => (JSON.parse(json) as { kind: string }).kind === 'browser').map(({ id, payload, createdAtMs }) => {
      const { title, event, incident } = JSON.parse(payload) as Notice;
      return { id, atMs: createdAtMs, title, event, incidentId: incident?.id ?? null };
    }) };
  });
}
