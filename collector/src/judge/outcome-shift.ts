// People are told something else than before though every request succeeds: the mix of outcomes at a stage has changed,
// while the share of errors has not, or by far less. Compared are the outcomes of each step of ten seconds, by the standard
// deviations between two shares; the outcome that gained most is named, of those that people do not come for. Each stage is
// compared with itself: when a crowd comes, the first stages answer before the last ones do, and a deliberate wait answers
// "wait" to more people; neither is a shift.
import { PEOPLE_STEP_MS, type Evidence, type PeoplePoint } from '@narrows/contract';
import { differenceOfShares } from './cause/robust.js';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, seriesOf } from './flow.js';
import { correctRule } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, evidenceOf, linkTo } from './rule.js';
import type { Scene } from './scene.js';
import { clock, outcomeSentence } from './sentences.js';
import { shiftOf, type Shift } from './steps.js';

const TOLD_MIN = 20;
const OUTCOMES_MAX = 100;
const PRIOR = -3;

const toldIn = ({ outcomes }: PeoplePoint): number => Object.values(outcomes).reduce((sum, count) => sum + count, 0);

/**
 * Standard deviations by which two shares of counted answers differ: √(2 · log-likelihood ratio), which also holds for three
 * answers of nine, where the normal distribution says too much.
 */
const sigmasOf = ({ before, now, countBefore, countNow }: Shift): number => Math.sqrt(2 * differenceOfShares(now * countNow, countNow, before * countBefore, countBefore));

/** From so many times as many answers on, more people came: where nobody says at which stage they were told, the mix changes by itself. */
const CROWD_GREW = 1.3;
/** Of what an outcome gained, so much must be missing elsewhere where the crowd grew. */
const LOST_ELSEWHERE_MIN = 0.3;

/**
 * Whether the outcome only appears because the first of a crowd have reached the step that tells it: then no other outcome
 * is told less often than before. Where people are told something else, what they were told is missing.
 */
function comesWithTheCrowd(known: readonly PeoplePoint[], outcome: string, atMs: number): boolean {
  const [before, now] = [known.filter((point) => point.atMs < atMs), known.filter((point) => point.atMs >= atMs)];
  const rate = (points: readonly PeoplePoint[], of: (point: PeoplePoint) => number) => points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  if (rate(now, toldIn) < CROWD_GREW * rate(before, toldIn)) return false;
  const change = (name: string) => rate(now, (point) => point.outcomes[name] ?? 0) - rate(before, (point) => point.outcomes[name] ?? 0);
  const others = new Set(known.flatMap((point) => Object.keys(point.outcomes)).filter((name) => name !== outcome));
  const lost = [...others].reduce((sum, name) => sum + Math.max(0, -change(name)), 0);
  return lost < LOST_ELSEWHERE_MIN * change(outcome);
}

interface Gained { stage: string; known: PeoplePoint[]; outcome: string; shift: Shift; sigmas: number }

/**
 * The outcome that gained most of its stage's answers. Outside of all stages stand the answers of gateways, which repeat what the
 * stages behind them said, and what is said in front of all stages, as that the service is suspended: of those only what no stage says.
 */
function mostGained(scene: Scene): Gained | null {
  const deliberate = new Set(scene.stages.filter((stage) => stage.deliberate).map(({ stage }) => stage));
  const saidByStages = new Set([...scene.people].filter(([stage]) => stage !== '').flatMap(([, points]) => points.flatMap((point) => Object.keys(point.outcomes))));
  const gained = [...scene.people].filter(([stage]) => !deliberate.has(stage)).flatMap(([stage, points]) => {
    const known = points.filter((point) => toldIn(point) >= 1);
    if (known.reduce((sum, point) => sum + toldIn(point), 0) < TOLD_MIN) return [];
    const outcomes = [...new Set(known.flatMap((point) => Object.keys(point.outcomes)))].filter((outcome) => !scene.wanted.has(outcome) && !(stage === '' && saidByStages.has(outcome)));
    return outcomes.slice(0, OUTCOMES_MAX).flatMap((outcome): Gained[] => {
      const shift = shiftOf(known.map((point) => ({ atMs: point.atMs, sum: point.outcomes[outcome] ?? 0, count: toldIn(point) })), PEOPLE_STEP_MS);
      if (shift === null || shift.now <= shift.before || (stage === '' && comesWithTheCrowd(known, outcome, shift.atMs))) return [];
      return [{ stage, known, outcome, shift, sigmas: sigmasOf(shift) }];
    });
  });
  return gained.sort((a, b) => b.shift.now - b.shift.before - (a.shift.now - a.shift.before))[0] ?? null;
}

/**
 * Unix ms of the change. While only the last step shows it, it may be as early as that step's begin (a part of the people is
 * told so), or so late that everybody is told so from then on. The middle of the two is wrong by half a step at most.
 */
function sinceOf({ known, shift }: Gained, scene: Scene): number {
  const last = known.at(-1)!;
  const seenMs = Math.min(PEOPLE_STEP_MS, scene.toMs - last.atMs);
  return Math.max(scene.fromMs, Math.round(shift.atMs + (shift.atMs === last.atMs && seenMs > 0 ? (1 - shift.now) / 2 * seenMs : 0)));
}

/** Errors of the whole pipeline, now against before. */
function errorsGrew(scene: Scene, onset: number): number {
  const share = (from: number, to: number) => {
    const [errors, ended] = scene.stages.reduce(([e, n], { points, flow }) => [e + meanOver(seriesOf(points, (point) => point.errors), from, to), n + meanOver(flow.ended, from, to)], [0, 0]);
    return ended > 0 ? errors / ended : 0;
  };
  return share(onset, scene.seconds) - share(Math.max(0, onset - 60), onset);
}

function evidenceFor(scene: Scene, since: number, outcome: string, shift: Shift, errors: number): Evidence[] {
  const link = linkTo(scene, { pipeline: scene.pipeline ?? undefined }, since, '/traces', { outcome });
  return [
    evidenceOf({ ko: `"${outcome}" 안내를 받은 비율`, en: `Share of people told "${outcome}"` }, 'outcome_share', '%', shift.before * 100, shift.now * 100, link),
    evidenceOf({ ko: '오류 비율의 변화 (그대로입니다)', en: 'Change of the share of errors (none)' }, 'error_share_change', '%', null, errors * 100, linkTo(scene, { pipeline: scene.pipeline ?? undefined }, since)),
  ];
}

export const outcomeShift: VerdictRule = {
  kind: 'outcome_shift',
  find(scene): Finding[] {
    const gained = mostGained(scene);
    if (gained === null || scene.pipeline === null) return [];
    const { known, outcome, shift, sigmas } = gained;
    const place = scene.stages.find(({ stage }) => stage === gained.stage) ?? scene.stages.findLast(({ deliberate }) => !deliberate);
    if (place === undefined) return [];
    const since = sinceOf(gained, scene);
    const errors = errorsGrew(scene, Math.floor((since - scene.fromMs) / 1_000));
    const confidence = confidenceOf(PRIOR, [
      { strength: ramp(shift.now - shift.before, 0.05, 0.2), absent: -3, full: 2.5 },
      { strength: ramp(sigmas, 3, 7), absent: -3, full: 2 },
      { strength: 1 - ramp(errors / (shift.now - shift.before), 0.15, 0.6), absent: -3, full: 0.5 },
      { strength: ramp((scene.toMs - shift.atMs) / 1_000, 1, 6), absent: -2, full: 1 },
      { strength: ramp(shift.countBefore, TOLD_MIN, 200), absent: -2, full: 0.5 },
    ], scene.seconds);
    if (confidence < FAINTEST) return [];
    const subject = { pipeline: scene.pipeline, ...(gained.stage === '' ? {} : { stage: gained.stage }), attribute: `outcome=${outcome}` };
    const told = known.filter(({ atMs }) => atMs >= since).reduce((sum, point) => sum + (point.outcomes[outcome] ?? 0), 0);
    return [{
      place,
      verdict: {
        kind: 'outcome_shift', since, confidence, subject, sentence: outcomeSentence(clock(since, scene.timeZone), outcome, shift.before, shift.now),
        evidence: evidenceFor(scene, since, outcome, shift, errors),
        affected: { journeys: Math.round(told), share: Math.min(1, Math.max(0, shift.now - shift.before)), who: [] },
        remedies: [correctRule(subject)],
        ruledOut: scene.stages.filter(({ deliberate }) => !deliberate).slice(0, 8).map((stage) => ({
          subject: stage.subject, because: { ko: '느려지지 않았고 오류도 늘지 않았습니다', en: 'Neither slower nor failing' },
        })),
      },
    }];
  },
};
