// What was said and done when: the timeline of verdicts, the markers that people put down or that the data shows, and
// whether what they did helped.
import {
  HelpedAnswerSchema, LIMITS, MarkerSchema, MarkersAnswerSchema, NewMarkerSchema, ROUTES, TIMELINE_RANGE_MAX_MS, TimelineAnswerSchema, TimelineQuerySchema,
  type Subject,
} from '@narrows/contract';
import Type from 'typebox';
import { createMarker, listMarkers } from '../access/markers.js';
import { personOf } from './authorization.js';
import { selectHelped } from './helped.js';
import { tickSecondMs } from './live-feed.js';
import { markersIn } from './markers-in.js';
import type { QueryRoutesOptions } from './query-routes.js';
import { choosePipeline, describe, rangeOf, type App } from './route-question.js';
import { Timeline } from './timeline.js';

/** Puts a minute and address: a script that deploys marks once. */
const MARKS_PER_MINUTE = 60;
/** What came before the next thing that was done is looked for this long. */
const NEXT_MARKER_MS = 600_000;

const Text = Type.Optional(Type.String({ maxLength: 200 }));
const HelpedQuerySchema = Type.Object({
  at: Type.Integer({ minimum: 0 }), pipeline: Type.Optional(Type.String()),
  stage: Text, channel: Text, service: Text, instance: Text, dependency: Text, operation: Text,
});
const MarkersQuerySchema = Type.Object({ from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })) });

export function addHistoryRoutes(app: App, { db, pipelines, now, storedThroughMs }: QueryRoutesOptions): void {
  const timeline = new Timeline();
  const newestMs = (): number => tickSecondMs(now(), storedThroughMs()) + 1_000;

  app.get(ROUTES.timeline, { schema: { ...describe('What was said when, judged again from stored data, and what was done', TimelineAnswerSchema).schema, querystring: TimelineQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const pipeline = choosePipeline(pipelines(agency.id), request.query.pipeline);
    const range = rangeOf(request.query, newestMs(), TIMELINE_RANGE_MAX_MS);
    // What has not been stored yet is not judged: silence would be taken for calm.
    const judged = { fromMs: range.fromMs, toMs: Math.min(range.toMs, newestMs()) };
    const [{ stepMs, episodes }, markers] = await Promise.all([
      timeline.episodes({ db, asker, pipeline, timeZone: agency.timeZone, nowMs: now() }, judged), markersIn(db, asker, { fromMs: range.fromMs, toMs: range.toMs }),
    ]);
    return { ...range, stepMs, episodes, markers };
  });

  app.get(ROUTES.markers, { schema: { ...describe('What was done when: put down by people, and deployments seen in the data', MarkersAnswerSchema).schema, querystring: MarkersQuerySchema } }, async (request) => {
    const { asker } = personOf(request);
    return { markers: await markersIn(db, asker, rangeOf(request.query, now() + LIMITS.itemAheadMaxMs, LIMITS.queryRangeMaxMs, 24 * 3600_000)) };
  });
  app.post(ROUTES.markers, {
    schema: { ...describe('Put down a deployment or an action', MarkerSchema).schema, body: NewMarkerSchema }, config: { rateLimit: { max: MARKS_PER_MINUTE, timeWindow: 60_000 } },
  }, async (request) => {
    const { owner, agency } = personOf(request);
    return createMarker(db, { agency: agency.id, user: owner.user }, request.body, now());
  });

  app.get(ROUTES.helped, { schema: { ...describe('Whether what was done at a moment helped: before, predicted, measured', HelpedAnswerSchema).schema, querystring: HelpedQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const { at, pipeline: id, ...named } = request.query;
    rangeOf({ from: at, to: at + NEXT_MARKER_MS }, now(), NEXT_MARKER_MS); // A moment that the store can say.
    const subject: Subject = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''));
    const later = await listMarkers(db, agency.id, { fromMs: at + 1, toMs: at + NEXT_MARKER_MS });
    return selectHelped({
      db, asker, pipeline: choosePipeline(pipelines(agency.id), id), timeZone: agency.timeZone, at, subject, nextMarkerMs: later[0]?.at ?? null, newestMs: newestMs(),
    });
  });
}
