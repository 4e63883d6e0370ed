// The judge: series of a window in, verdicts out, most certain first. It has no clock and no memory, so that the same
// stored window gets the same verdict today and in a year. Kinds are rules of one shape; what one finding explains of
// another is decided in one place, after all have spoken.
import type { JudgeInput, Verdict } from '@narrows/contract';
import { channelOutage } from './channel-outage.js';
import { contention } from './contention.js';
import { deployRegression } from './deploy-regression.js';
import { duplicateCrowd } from './duplicate-crowd.js';
import { errors } from './errors.js';
import { withoutConsequences } from './explained.js';
import { instanceOutlier } from './instance-outlier.js';
import { missingData } from './missing-data.js';
import { outcomeShift } from './outcome-shift.js';
import { retryStorm } from './retry-storm.js';
import type { Finding, VerdictRule } from './rule.js';
import { saturation } from './saturation.js';
import { sceneOf } from './scene.js';
import { slowDependency } from './slow-dependency.js';
import { slowItself } from './slow-itself.js';
import { starvation } from './starvation.js';
import { surge } from './surge.js';

const RULES: readonly VerdictRule[] = [
  missingData, channelOutage, deployRegression, instanceOutlier, starvation, retryStorm, contention, saturation, slowDependency, slowItself, errors, outcomeShift, duplicateCrowd, surge,
];

/** Weaker findings explain others but are not said. */
const SAID_FROM = 0.25;

/** A stage under pressure because one of its channels is out is the second thing to say, never the first. */
function afterItsCause(finding: Finding, all: readonly Finding[]): Finding {
  const cause = all.find(({ place, verdict }) => verdict.kind === 'channel_outage' && finding.verdict.kind !== 'channel_outage'
    && place.stage === finding.place.stage && verdict.since <= finding.verdict.since + 5_000);
  if (cause === undefined) return finding;
  return { ...finding, verdict: { ...finding.verdict, confidence: Math.min(finding.verdict.confidence, cause.verdict.confidence * 0.9) } };
}

/**
 * Judge a window.
 *
 * Cost: O(places × seconds + edges × seconds); no input throws, an empty one gives no verdict.
 */
export function judge(input: JudgeInput): Verdict[] {
  const scene = sceneOf(input);
  const findings: Finding[] = [];
  for (const rule of RULES) findings.push(...rule.find(scene, findings));
  return withoutConsequences(scene, findings.map((finding) => afterItsCause(finding, findings)))
    .filter(({ confidence }) => confidence >= SAID_FROM)
    .sort((a, b) => b.confidence - a.confidence || a.since - b.since);
}
