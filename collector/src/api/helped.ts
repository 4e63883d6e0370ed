// "Did it help?" Reads the minutes around a moment and leaves the answer to the judge. What was done later is not
// credited to this moment: measuring ends ten minutes after it, or at the next marker.
import { LIMITS, type HelpedAnswer, type PipelineDefinition, type Subject } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import type { MetaDb } from '../access/meta-db.js';
import { helped } from '../judge/helped.js';
import { judge } from '../judge/judge.js';
import { PastSeries } from '../query/past-series.js';
import type { Asker } from '../query/question.js';

/** What happens later is not credited to a moment. */
export const MEASURED_FOR_MS = 600_000;
const WINDOW_MS = LIMITS.judgeWindowSeconds * 1_000;

export interface HelpedQuestion { db: MetaDb; asker: Asker; pipeline: PipelineDefinition | null; timeZone: string; at: number; subject: Subject; nextMarkerMs: number | null; newestMs: number }

export async function selectHelped({ db, asker, pipeline, timeZone, at, subject, nextMarkerMs, newestMs }: HelpedQuestion): Promise<HelpedAnswer> {
  const atMs = Math.floor(at / 1_000) * 1_000;
  const endMs = Math.floor(Math.min(newestMs, atMs + MEASURED_FOR_MS, nextMarkerMs ?? Infinity) / 1_000) * 1_000;
  const [around, later, deployments] = await Promise.all([
    PastSeries.read(asker, pipeline, { fromMs: atMs - WINDOW_MS, toMs: atMs }),
    endMs > atMs ? PastSeries.read(asker, pipeline, { fromMs: endMs - WINDOW_MS, toMs: endMs }) : null,
    markedDeployments(db, asker.agency, pipeline, { fromMs: atMs - WINDOW_MS, toMs: atMs }),
  ]);
  const before = { ...around.window({ fromMs: atMs - WINDOW_MS, toMs: atMs }), deployments, timeZone };
  return helped({ at, before, after: later && { ...later.window({ fromMs: endMs - WINDOW_MS, toMs: endMs }), timeZone }, verdicts: judge(before), subject });
}
