// "Did it help?" The minute before a moment against the last minute since, at the place that was narrow, with what the
// verdict's remedy had predicted. A change counts where it is larger than what five-second means of the same place differ
// by anyway (Welch's interval of two means), and than a tenth; otherwise the answer is that nothing changed, or that it
// is too early to say. Pure: two windows of series in, one answer with its numbers out.
import type { Bilingual, HelpedAnswer, JudgeInput, Measured, Remedy, Subject, UnixMs, Verdict, VerdictKind } from '@narrows/contract';
import { meanOver, residenceOver } from './flow.js';
import { rounded } from './rule.js';
import { sceneOf, type Place, type Scene } from './scene.js';
import { amount, spanOfTime } from './sentences.js';

export interface HelpedInput {
  /** The moment at which something was done. */
  at: UnixMs;
  /** A window that ends then, and one that ends with the last second that is known; null: nothing is known yet. */
  before: JudgeInput;
  after: JudgeInput | null;
  /** What was said at that moment, most certain first. */
  verdicts: readonly Verdict[];
  /** What the marker is about; {} where it does not say. */
  subject: Subject;
}

/** What is compared is a minute each; before that much has passed it is too early. */
const MEASURED_SECONDS = 60;
const BLOCK_SECONDS = 5;
const CHANGE_MIN = 0.1;
/** Within a fifth of what was predicted counts as predicted. */
const AS_PREDICTED = 0.2;
/** 95 % of a normal distribution; blocks of one minute are twelve. */
const Z = 1.96;
/** Kinds of which the share of failures tells more than the wait. */
const ABOUT_FAILURES: readonly VerdictKind[] = ['errors', 'outcome_shift', 'channel_outage', 'deploy_regression'];

const isEmpty = (subject: Subject): boolean => Object.values(subject).every((value) => value === undefined || value === '');
const FIELDS = ['stage', 'service', 'channel', 'instance', 'dependency', 'operation'] as const;
/** No field that both name differs. */
const agrees = (one: Subject, other: Subject): boolean => FIELDS.every((field) => !one[field] || !other[field] || one[field] === other[field])
  && FIELDS.some((field) => Boolean(one[field]) && one[field] === other[field]);

function placeOf(scene: Scene, subject: Subject): Place | undefined {
  const stage = scene.stages.find((place) => place.stage === subject.stage) ?? (subject.stage ? undefined : scene.stages.find((place) => place.service === subject.service));
  if (stage && subject.channel) return stage.channels.find((channel) => channel.channel === subject.channel) ?? stage;
  return stage ?? scene.services.find((place) => place.service === subject.service);
}

/** Mean of means of five seconds, and the half width of its 95 % interval. */
function waitOf({ points }: Place, from: number, to: number): { waitMs: number | null; waitErrorMs: number | null } {
  const stay = residenceOver(points, from, to);
  if (stay === null) return { waitMs: null, waitErrorMs: null };
  const blocks: number[] = [];
  for (let second = from; second + BLOCK_SECONDS <= to; second += BLOCK_SECONDS) {
    const block = residenceOver(points, second, second + BLOCK_SECONDS);
    if (block !== null) blocks.push(block.residenceMs);
  }
  if (blocks.length < 3) return { waitMs: stay.residenceMs, waitErrorMs: null };
  const mean = blocks.reduce((sum, block) => sum + block, 0) / blocks.length;
  const variance = blocks.reduce((sum, block) => sum + (block - mean) ** 2, 0) / (blocks.length - 1);
  return { waitMs: stay.residenceMs, waitErrorMs: Z * Math.sqrt(variance / blocks.length) };
}

function measuredAt(input: JudgeInput, subject: Subject): Measured | null {
  const scene = sceneOf(input);
  const place = placeOf(scene, subject);
  if (place === undefined) return null;
  const to = scene.seconds;
  const from = Math.max(0, to - MEASURED_SECONDS);
  const [ended, errors] = place.points.slice(from, to).reduce(([all, failed], point) => [all + point.completions, failed + point.errors], [0, 0] as [number, number]);
  const { waitMs, waitErrorMs } = waitOf(place, from, to);
  return {
    from: scene.fromMs + from * 1_000, to: scene.toMs, waitMs: rounded(waitMs), waitErrorMs: rounded(waitErrorMs),
    line: place.narrowness.capacity === null ? null : rounded(meanOver(place.narrowness.line, to - BLOCK_SECONDS, to)),
    throughput: rounded(meanOver(place.flow.ok, from, to)), errorShare: ended > 0 ? rounded(errors / ended) : null,
  };
}

type Answer = HelpedAnswer['answer'];

/** From the two waits and what was predicted. */
function byWait(before: Measured, after: Measured, remedy: Remedy | null, isOver: boolean): Answer {
  if (before.waitMs === null || after.waitMs === null) return 'unknown';
  const noise = Math.hypot(before.waitErrorMs ?? 0, after.waitErrorMs ?? 0);
  const change = after.waitMs - before.waitMs;
  if (Math.abs(change) <= Math.max(noise, CHANGE_MIN * before.waitMs)) return 'no_change';
  if (change > 0) return 'worse';
  const predicted = remedy?.predicted.waitAfter ?? null;
  if (predicted === null) return isOver ? 'helped' : 'partly';
  return after.waitMs - (after.waitErrorMs ?? 0) <= predicted * (1 + AS_PREDICTED) ? 'helped' : 'partly';
}

/** From two shares of failures: their difference against its standard error (two binomial samples). */
function byFailures(before: Measured, after: Measured): Answer {
  if (before.errorShare === null || after.errorShare === null) return 'unknown';
  const countOf = ({ throughput, errorShare }: Measured) => Math.max(1, ((throughput ?? 0) / Math.max(1e-9, 1 - (errorShare ?? 0))) * MEASURED_SECONDS);
  const error = Z * Math.sqrt([before, after].reduce((sum, one) => sum + (one.errorShare! * (1 - one.errorShare!)) / countOf(one), 0));
  const change = after.errorShare - before.errorShare;
  if (Math.abs(change) <= Math.max(error, 0.005)) return 'no_change';
  if (change > 0) return 'worse';
  return after.errorShare < 0.25 * before.errorShare ? 'helped' : 'partly';
}

/** What the prediction is compared with: the verdict of the moment that the marker is about, and its remedy that fits. */
function matched(verdicts: readonly Verdict[], subject: Subject): { verdict: Verdict | null; remedy: Remedy | null } {
  const verdict = verdicts.find((one) => one.confidence >= 0.5 && (isEmpty(subject) || agrees(one.subject, subject))) ?? null;
  const remedy = verdict?.remedies.find((one) => isEmpty(subject) || agrees(one.subject, subject)) ?? null;
  return { verdict, remedy };
}

/** Cost: O(places × seconds) of the two windows. Never throws; what is not known is null and said. */
export function helped({ at, before, after, verdicts, subject: asked }: HelpedInput): HelpedAnswer {
  const { verdict, remedy } = matched(verdicts, asked);
  const subject = verdict?.subject ?? (isEmpty(asked) ? null : asked);
  const nothing = { at, subject, verdict: verdict && { kind: verdict.kind, since: verdict.since, sentence: verdict.sentence }, remedy };
  if (subject === null) return { ...nothing, answer: 'unknown', sentence: NOTHING_NARROW, before: null, after: null };
  const was = measuredAt(before, subject);
  const is = after === null || after.toMs - at < MEASURED_SECONDS * 1_000 ? null : measuredAt(after, subject);
  if (is === null || was === null) return { ...nothing, answer: was === null ? 'unknown' : 'too_early', sentence: was === null ? NO_DATA : TOO_EARLY, before: was, after: null };
  const aboutFailures = verdict !== null && ABOUT_FAILURES.includes(verdict.kind);
  const isOver = (is.line ?? 0) <= Math.max(3, 0.1 * (was.line ?? 0));
  const answer = aboutFailures ? byFailures(was, is) : byWait(was, is, remedy, isOver);
  return { ...nothing, answer, sentence: aboutFailures ? failuresSentence(answer, was, is) : waitSentence(answer, was, is, remedy), before: was, after: is };
}


const NOTHING_NARROW: Bilingual = { ko: '그때는 병목이 없었고, 어디를 바꿨는지도 적혀 있지 않아 비교할 곳이 없습니다.', en: 'Nothing was narrow then and the marker names no place, so there is nothing to compare.' };
const NO_DATA: Bilingual = { ko: '그 자리의 데이터가 없어 비교할 수 없습니다.', en: 'There is no data of that place to compare.' };
const TOO_EARLY: Bilingual = { ko: '아직 판단하기 이릅니다. 1분이 지나면 전후를 비교합니다.', en: 'Too early to say: before and after are compared once a minute has passed.' };
const OPENING: Record<Answer, Bilingual> = {
  helped: { ko: '효과가 있었습니다.', en: 'It helped:' }, partly: { ko: '일부 효과가 있었습니다.', en: 'It helped in part:' },
  no_change: { ko: '달라지지 않았습니다.', en: 'Nothing changed:' }, worse: { ko: '더 나빠졌습니다.', en: 'It got worse:' },
  too_early: TOO_EARLY, unknown: { ko: '알 수 없습니다.', en: 'Not known:' },
};

function waitSentence(answer: Answer, before: Measured, after: Measured, remedy: Remedy | null): Bilingual {
  if (before.waitMs === null || after.waitMs === null) return NO_DATA;
  const [was, is] = [spanOfTime(before.waitMs / 1_000), spanOfTime(after.waitMs / 1_000)];
  const predicted = remedy?.predicted.waitAfter ?? null;
  const forecast = predicted === null ? { ko: '', en: '' } : { ko: ` (예측 ${spanOfTime(predicted / 1_000).ko})`, en: ` (predicted ${spanOfTime(predicted / 1_000).en})` };
  return { ko: `${OPENING[answer].ko} 들어와서 나갈 때까지 ${was.ko} → ${is.ko}${forecast.ko}`, en: `${OPENING[answer].en} from arriving to leaving ${was.en} → ${is.en}${forecast.en}` };
}

function failuresSentence(answer: Answer, before: Measured, after: Measured): Bilingual {
  if (before.errorShare === null || after.errorShare === null) return NO_DATA;
  const [was, is] = [amount(before.errorShare * 100), amount(after.errorShare * 100)];
  return { ko: `${OPENING[answer].ko} 실패 비율 ${was}% → ${is}%`, en: `${OPENING[answer].en} share of failures ${was} % → ${is} %` };
}
