// "What was narrow in that window?" Stored data in, verdicts out; the same function for the page, for `narrows judge`
// and for July of last year. Two analyses answer: series of places second by second (`judge/`), and raw traces, logs and
// gauges of the window against a baseline (`judge/cause/`). Their answers become one list that says nothing twice.
import type { EdgeSeries, PipelineDefinition, Verdict } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import type { MetaDb } from '../access/meta-db.js';
import { causeVerdicts } from '../judge/cause/cause-verdicts.js';
import { mergeVerdicts } from '../judge/cause/merge.js';
import { judge } from '../judge/judge.js';
import { reachedFrom } from '../judge/scene.js';
import { selectCauseInput } from '../query/cause-input.js';
import { selectJudgeInput } from '../query/live-series.js';
import { createAsker, type Range } from '../query/question.js';
import type { StoreReader } from '../query/question.js';

/**
 * Most certain first, over all pipelines asked for; null asks about services.
 *
 * `baseline`: what to compare the window with; null: the nearest minutes before it in which something happened.
 */
export async function selectVerdicts(
  { db, store }: { db: MetaDb; store: StoreReader }, agency: { id: string; timeZone: string }, pipelines: readonly (PipelineDefinition | null)[], range: Range, baseline: Range | null = null,
): Promise<Verdict[]> {
  const asker = createAsker(store, agency.id);
  const ofSeries: Verdict[] = [];
  let calls: readonly EdgeSeries[] = [];
  const [deliberate, atWork] = [new Set<string>(), new Set<string>()];
  for (const pipeline of pipelines) {
    const [series, deployments] = await Promise.all([selectJudgeInput(asker, pipeline, range), markedDeployments(db, agency.id, pipeline, range)]);
    ofSeries.push(...judge({ ...series, deployments, timeZone: agency.timeZone }));
    calls = series.edges;
    for (const place of series.places) if (place.stage !== '') (place.deliberate ? deliberate : atWork).add(place.service);
  }
  const input = await selectCauseInput(asker, range, baseline, agency.timeZone);
  const stages = pipelines.flatMap((pipeline) => pipeline?.stages.flatMap(({ id, match }) => (match.service === undefined ? [] : [{ pipeline: pipeline.id, stage: id, service: match.service }])) ?? []);
  // Where waiting is the purpose, a longer wait is no fault. Traces do not know which service that is.
  const waits = ({ subject: { service = '' } }: Verdict) => deliberate.has(service) && !atWork.has(service);
  const ofWindow = input === null ? [] : causeVerdicts(input).filter((verdict) => verdict.kind === 'errors' || !waits(verdict));
  return mergeVerdicts(ofSeries, ofWindow, stages, (from, to) => reachedFrom(calls, from).has(to));
}
