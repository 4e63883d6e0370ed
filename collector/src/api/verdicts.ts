// "What was narrow in that window?" Stored data in, verdicts out; the same function for the page, for `narrows judge`
// and for July of last year.
import type { PipelineDefinition, Verdict } from '@narrows/contract';
import { judge } from '../judge/judge.js';
import { selectJudgeInput } from '../query/live-series.js';
import { createAsker, type Range } from '../query/question.js';
import type { StoreReader } from '../query/question.js';

/** Most certain first, over all pipelines asked for; null asks about services. */
export async function selectVerdicts(
  store: StoreReader, agency: { id: string; timeZone: string }, pipelines: readonly (PipelineDefinition | null)[], range: Range,
): Promise<Verdict[]> {
  const asker = createAsker(store, agency.id);
  const verdicts: Verdict[] = [];
  for (const pipeline of pipelines) verdicts.push(...judge({ ...await selectJudgeInput(asker, pipeline, range), timeZone: agency.timeZone }));
  return verdicts.sort((a, b) => b.confidence - a.confidence || a.since - b.since);
}
