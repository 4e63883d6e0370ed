// Of several findings, which is the cause? A finding is explained by another that is sure enough, began no later, and
// stands at the same place with a more particular reason, or further down where this place only waits for the answer.
// What is explained is not said; it stands in the cause's list of what was ruled out, with the reason.
import type { Verdict, VerdictKind } from '@narrows/contract';
import { residenceOver, sumOver } from './flow.js';
import type { Finding } from './rule.js';
import type { Scene } from './scene.js';
import { calledBy, standsWith } from './scene.js';

/** At one place the kind further to the left says more: it gives the reason of those to its right. */
const PARTICULAR: readonly VerdictKind[] = ['missing_data', 'channel_outage', 'deploy_regression', 'instance_outlier', 'starvation', 'retry_storm', 'contention', 'saturation', 'slow_dependency', 'errors'];
const EXPLAINS_FROM = 0.5;
/** That nothing is narrow is said only where nothing looks narrow. */
const HINTS_FROM = 0.25;
/** The consequence may be seen a little before its cause. */
const EARLIER_MS_MAX = 12_000;
const RULED_OUT_MAX = 8;
const NOW_SECONDS = 10;
/** Kinds that say something of the whole crowd: what they bring about has a place, and is said there. */
const OF_THE_CROWD: ReadonlySet<VerdictKind> = new Set(['surge', 'duplicate_crowd', 'outcome_shift']);

/** Kinds in which callers wait for an answer. */
const HOLDS_UP: ReadonlySet<VerdictKind> = new Set(['saturation', 'contention', 'retry_storm', 'slow_dependency']);

/** The service in which the trouble is, as against the one that suffers from it. */
const seatOf = ({ place, verdict }: Finding): string => (verdict.kind === 'slow_dependency' || verdict.kind === 'retry_storm' ? verdict.subject.dependency ?? place.service : place.service);

function explains(scene: Scene, cause: Finding, other: Finding): boolean {
  if (cause === other || cause.verdict.confidence < (other.verdict.kind === 'surge' ? HINTS_FROM : EXPLAINS_FROM)) return false;
  if (other.verdict.kind !== 'surge' && cause.verdict.since > other.verdict.since + EARLIER_MS_MAX) return false;
  const [why, what] = [cause.verdict.kind, other.verdict.kind];
  if (OF_THE_CROWD.has(why)) return why === 'duplicate_crowd' && what === 'surge';
  if (what === 'surge') return why !== 'missing_data' && why !== 'errors';
  // Where a line stands or answers fail, people are told so.
  if (what === 'outcome_shift') return why !== 'missing_data' && cause.place.stage !== '' && cause.place.stage === other.place.stage;
  if (OF_THE_CROWD.has(what)) return false;
  const [seat, otherSeat] = [seatOf(cause), seatOf(other)];
  const waitsFor = calledBy(scene, otherSeat).has(seat) && !calledBy(scene, seat).has(otherSeat);
  // Of those who all wait for an answer nothing ends, and agents that tell of nothing but ends are silent.
  if (what === 'missing_data') return HOLDS_UP.has(why) && waitsFor;
  if (seat === otherSeat || standsWith(cause.place, other.verdict.subject) || standsWith(other.place, cause.verdict.subject)) {
    const [rank, otherRank] = [PARTICULAR.indexOf(why), PARTICULAR.indexOf(what)];
    // A service with a dependency that became slow is full for that reason, if it is not the crowd that grew.
    if (why === 'slow_dependency' && seat !== cause.place.service && (what === 'saturation' || what === 'contention') && cause.place.service === other.place.service) return !grewWithTheCrowd(scene, other) || growsInCalls(scene, cause);
    if (what === 'slow_dependency' && otherSeat !== other.place.service && seat === other.place.service && (why === 'saturation' || why === 'contention')) return grewWithTheCrowd(scene, cause) && !growsInCalls(scene, other);
    return rank >= 0 && rank < otherRank;
  }
  return what !== 'deploy_regression' && waitsFor;
}

/** Of what a stay has grown by, so much is spent in calls where no line of the place's own stands. */
const IN_CALLS_MIN = 0.8;

/**
 * The stay has grown in the calls alone: whoever came with a crowd stands in line further down, before workers whose spans begin
 * with the work. A line of the place's own would make the stay longer and leave the calls as they are.
 */
function growsInCalls(scene: Scene, { place: { points, flow }, verdict }: Finding): boolean {
  const onset = Math.floor((verdict.since - scene.fromMs) / 1_000);
  const stay = (from: number, to: number) => {
    const ended = residenceOver(points, from, to);
    return ended === null ? null : { ms: ended.residenceMs, callsMs: sumOver(flow.inCallsMs, from, to) / ended.ended };
  };
  const [before, now] = [stay(0, onset), stay(Math.max(onset, scene.seconds - NOW_SECONDS), scene.seconds)];
  return before !== null && now !== null && now.ms > before.ms && now.callsMs - before.callsMs >= IN_CALLS_MIN * (now.ms - before.ms);
}

/** More came than before when the line began to stand. */
function grewWithTheCrowd(scene: Scene, { place, verdict }: Finding): boolean {
  const onset = Math.floor((verdict.since - scene.fromMs) / 1_000);
  const mean = (from: number, to: number) => {
    const [first, last] = [Math.max(0, from), Math.min(to, scene.seconds)];
    return last > first ? place.flow.arrivals.slice(first, last).reduce((sum, count) => sum + count, 0) / (last - first) : 0;
  };
  const before = mean(onset - 60, onset - 3);
  return before > 0 && mean(onset, scene.seconds) > 1.3 * before;
}

/** Take out what others explain, and say so with them. */
export function withoutConsequences(scene: Scene, findings: readonly Finding[]): Verdict[] {
  const consequences = new Map<Finding, Finding>();
  for (const other of findings) {
    const cause = findings.filter((each) => explains(scene, each, other)).sort((a, b) => b.verdict.confidence - a.verdict.confidence)[0];
    if (cause !== undefined) consequences.set(other, cause);
  }
  return findings.filter((finding) => !consequences.has(finding)).map((finding) => {
    const explained = [...consequences].filter(([, cause]) => cause === finding).map(([other]) => ({
      subject: other.verdict.subject,
      because: { ko: `원인이 아니라 결과입니다: ${other.verdict.sentence.ko}`, en: `A consequence, not the cause: ${other.verdict.sentence.en}` },
    }));
    return { ...finding.verdict, ruledOut: [...finding.verdict.ruledOut, ...explained].slice(0, RULED_OUT_MAX) };
  });
}
