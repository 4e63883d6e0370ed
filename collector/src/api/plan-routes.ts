// The capacity planner: reads how the pipeline works now and how the crowd came last, and leaves the rest to the judge. What
// is typed into the page comes as text and is read here; a mistake is said by the parameter's name.
import { LIMITS, NarrowsError, PLAN_MINUTES_MAX, PLAN_SERVERS_MAX, PlanAnswerSchema, PlanQuerySchema, ROUTES, type PlanQuery } from '@narrows/contract';
import { PLAN_ASSUMPTIONS, plan } from '../judge/planner.js';
import { planModel, type PlanModel } from '../judge/plan-model.js';
import { selectJudgeInput } from '../query/live-series.js';
import { selectOpening } from '../query/opening.js';
import type { Asker } from '../query/question.js';
import { personOf } from './authorization.js';
import { tickSecondMs } from './live-feed.js';
import type { QueryRoutesOptions } from './query-routes.js';
import { choosePipeline, describe, type App } from './route-question.js';

const TARGET_WAIT_MS = 3_000;
/** The pipeline is fitted from so much of the last time: capacities are known once it was busy. */
const FITTED_MS = 900_000;
const OPENING_LOOKBACK_MS = 24 * 3600_000;
const NOW_MINUTES = 30;

export function addPlanRoutes(app: App, { pipelines, now, storedThroughMs }: QueryRoutesOptions): void {
  app.get(ROUTES.plan, { schema: { ...describe('Servers for a crowd and a wait, or the wait with given servers', PlanAnswerSchema).schema, querystring: PlanQuerySchema } }, async (request) => {
    const { agency, asker } = personOf(request);
    const pipeline = choosePipeline(pipelines(agency.id), request.query.pipeline);
    if (pipeline === null) throw new NarrowsError('QUERY_INVALID', 'pipeline: a plan is made of a pipeline\'s stages; name one');
    const toMs = tickSecondMs(now(), storedThroughMs()) + 1_000;
    const model = planModel(await selectJudgeInput(asker, pipeline, { fromMs: toMs - FITTED_MS, toMs }));
    const { profile = 'now', times = 1, targetWaitMs = TARGET_WAIT_MS, servers } = request.query;
    const crowd = await arrivalsOf(asker, request.query, pipeline.id, model, toMs);
    const given = servers === undefined ? null : serversOf(servers);
    const arrivals = crowd.perSecond.map((perSecond) => Number((perSecond * (profile === 'drawn' ? 1 : times)).toPrecision(4)));
    return { profile, takenFrom: crowd.fromMs, targetWaitMs, given: given !== null, arrivals, places: plan({ arrivals, stages: model.stages, targetWaitMs, given }), assumptions: [...PLAN_ASSUMPTIONS] };
  });
}

/** Errors: QUERY_INVALID; NOT_FOUND where there was no crowd to repeat. */
async function arrivalsOf(asker: Asker, { profile = 'now', points }: PlanQuery, pipeline: string, model: PlanModel, toMs: number): Promise<{ perSecond: number[]; fromMs: number | null }> {
  if (profile === 'drawn') return { perSecond: drawnProfile(points ?? ''), fromMs: null };
  const front = model.stages[0]?.stage;
  if (profile === 'now' || front === undefined) return { perSecond: Array.from({ length: NOW_MINUTES }, () => model.arrivalsPerSecond), fromMs: toMs - FITTED_MS };
  const opening = await selectOpening(asker, { pipeline, stage: front }, { fromMs: toMs - Math.min(OPENING_LOOKBACK_MS, LIMITS.queryRangeMaxMs), toMs });
  if (opening === null) throw new NarrowsError('NOT_FOUND', 'profile: nobody came to this pipeline within the last day');
  return opening;
}

/** `0:5,10:60` as one value a minute, straight lines in between. Errors: QUERY_INVALID. */
export function drawnProfile(text: string): number[] {
  const refuse = () => new NarrowsError('QUERY_INVALID', `points: must be MINUTE:PER_SECOND pairs in order of time, such as 0:5,10:60,30:5, within ${PLAN_MINUTES_MAX} minutes`);
  const knots = text.split(',').map((pair) => pair.split(':').map(Number));
  if (knots.some((knot) => knot.length !== 2 || !knot.every((value) => Number.isFinite(value) && value >= 0) || knot[1]! > 1e7)) throw refuse();
  if (knots.some(([minute], i) => i > 0 && minute! <= knots[i - 1]![0]!) || knots.length < 2 || knots.at(-1)![0]! > PLAN_MINUTES_MAX || knots[0]![0] !== 0) throw refuse();
  return Array.from({ length: Math.ceil(knots.at(-1)![0]!) }, (_, minute) => {
    const right = Math.max(1, knots.findIndex(([at]) => at! > minute));
    const [[fromAt, from], [toAt, to]] = [knots[right - 1] as [number, number], knots[right] as [number, number]];
    return from + ((minute - fromAt) / (toAt - fromAt)) * (to - from);
  });
}

/** `identity=20,identity/kt=6`. Errors: QUERY_INVALID. */
export function serversOf(text: string): Map<string, number> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '').map((pair) => {
    const at = pair.lastIndexOf('=');
    return [pair.slice(0, at).trim(), Number(pair.slice(at + 1))] as const;
  });
  const isWrong = ([name, servers]: readonly [string, number]) => name === '' || !Number.isInteger(servers) || servers < 1 || servers > PLAN_SERVERS_MAX;
  if (pairs.some(isWrong)) throw new NarrowsError('QUERY_INVALID', `servers: must be STAGE=NUMBER or STAGE/CHANNEL=NUMBER, separated by commas, each 1 to ${PLAN_SERVERS_MAX}`);
  return new Map(pairs);
}
