// One of several interchangeable channels no longer does its work while its siblings do: every answer is an error, or no
// answer comes at all. In an overload a channel goes on working at its capacity, however long its line; in an outage the
// good completions vanish, and that is what this rule counts against what the channel would have done.
import type { Evidence } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { queueOf, routeAround } from './remedies.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { clock, outageSentence, placeName } from './sentences.js';

/** A channel that still does a fifth of its work well is in trouble, but not out. */
const ERRORS_PER_OK = 4;
/** The siblings' good share below which it is the stage that fails, not the channel. */
const SIBLINGS_OK_MIN = 0.7;
const LATELY_SECONDS = 10;
/** How far back the usual rate is read where nobody reports arrivals. */
const USUAL_SECONDS = 30;
/** Fewer errors are those of any day. */
const ERRORS_MIN = 3;
/** SDKs send what ended every so many seconds. */
const BATCH_SECONDS = 5;
/** A crowd that grows grows little in so long, and who has moved has moved at once. */
const JUST_BEFORE_SECONDS = 20;
/** So long a line has stood that is no accident of a moment. */
const IN_LINE_SECONDS = 5;
/** Nobody is called hanging before this many mean service times are over. */
const SLOW_TIMES = 3;
/** Without active transactions nobody knows whether silence is a hanging channel or an empty one. */
const SILENCE_COUNTS = 0.4;
/** Assumed where neither the channel nor a sibling has finished anything. */
const SERVICE_MS_UNKNOWN = 5_000;
const PRIOR = -4;

interface Failing { from: number; ok: number; errors: number; expectedOk: number; inLine: boolean; moved: number }

/**
 * Since when the channel has done (almost) nothing well: the suffix with the most errors, a good completion counting
 * against four of them (the maximum of a sum, one pass backwards). A suffix in which nothing ends at all reaches back to
 * the last good completion.
 */
function failingSince({ flow, points }: Place): number | null {
  let first: number | null = null;
  let best = 0;
  for (let second = points.length - 1, sum = 0; second >= 0; second -= 1) {
    sum += points[second]!.errors - ERRORS_PER_OK * flow.ok[second]!;
    const isTrying = points[second]!.errors > 0 || flow.inside[second]! > 0 || !flow.insideReported;
    if (sum >= best && isTrying) [best, first] = [sum, second];
  }
  return first;
}

/** Service time of the channel, else of its siblings: a channel that has just been opened has finished nothing yet. */
function serviceSecondsOf(stage: Place, { narrowness }: Place): number {
  const siblings = stage.channels.flatMap((sibling) => sibling.narrowness.unhurriedMs ?? []);
  return (narrowness.unhurriedMs ?? Math.max(SERVICE_MS_UNKNOWN, ...siblings)) / 1_000;
}

/** Those whom the other channels finish a second, in the seconds before and now. */
function siblingsEnded(stage: Place, channel: Place, from: number, seconds: number): { before: number; now: number } {
  const endedIn = (begin: number, end: number) => stage.channels.reduce((sum, sibling) => (sibling === channel ? sum : sum + meanOver(sibling.flow.ended, begin, end)), 0);
  // Of several processes that send in batches, some have not told of the latest seconds yet.
  return { before: endedIn(from - seconds, from), now: endedIn(from, Math.max(from + 3, channel.points.length - BATCH_SECONDS)) };
}

/**
 * Of those who usually come to a channel, the share that its siblings have finished instead, where nobody counts who comes. In an outage
 * people go on coming to the one that is out and its siblings have no more than before; who was closed, or is no longer
 * chosen, has nobody to answer.
 */
function movedShare(stage: Place, channel: Place, from: number): number {
  const usual = meanOver(channel.flow.ok, from - USUAL_SECONDS, from);
  const { before, now } = siblingsEnded(stage, channel, from, JUST_BEFORE_SECONDS);
  return channel.flow.insideReported || usual === 0 ? 0 : Math.max(0, now - before) / usual;
}

/** What a working channel would have finished meanwhile: those who came, as far as its servers reach, when even a slow one is through. */
function failingOf(stage: Place, place: Place, from: number): Failing {
  const { flow, narrowness, points } = place;
  const serviceSeconds = serviceSecondsOf(stage, place);
  const ableTo = Math.max(0, points.length - from - SLOW_TIMES * serviceSeconds);
  const begun = sumOver(flow.arrivals, from, points.length);
  // Where all channels become fewer, nobody is missing here.
  const siblings = siblingsEnded(stage, place, from, USUAL_SECONDS);
  const usual = meanOver(flow.ok, from - USUAL_SECONDS, from) * (siblings.before > 0 ? Math.min(1, siblings.now / siblings.before) : 1);
  const coming = flow.insideReported ? begun / Math.max(1, points.length - from) : usual;
  const limit = points[points.length - 1]?.limit ?? Infinity;
  // Where a line stood already, it did what it could: that was less than what came, and perhaps less than its declared servers can.
  const couldDo = meanOver(narrowness.line, from - IN_LINE_SECONDS, from) > narrowness.lineFine ? usual : Infinity;
  const rate = Math.min(coming, limit / serviceSeconds, couldDo);
  return {
    from, moved: movedShare(stage, place, from), inLine: meanOver(narrowness.line, from, points.length) > 0.5 * narrowness.lineFine,
    expectedOk: rate * ableTo * (flow.insideReported ? 1 : SILENCE_COUNTS), ok: sumOver(flow.ok, from, points.length),
    errors: points.slice(from).reduce((sum, point) => sum + point.errors, 0),
  };
}

/** Good share of the other channels since then, or lately if that is worse; null when they ended nothing. */
function siblingsOk(stage: Place, channel: Place, from: number): number | null {
  const siblings = stage.channels.filter((sibling) => sibling !== channel);
  const share = (begin: number) => {
    const ended = siblings.reduce((sum, { flow }) => sum + sumOver(flow.ended, begin, flow.ended.length), 0);
    return ended === 0 ? null : siblings.reduce((sum, { flow }) => sum + sumOver(flow.ok, begin, flow.ok.length), 0) / ended;
  };
  const since = share(from);
  const lately = share(Math.max(from, channel.points.length - LATELY_SECONDS));
  return since === null ? null : Math.min(since, lately ?? 0);
}

function confidenceIn(scene: Scene, { flow }: Place, failing: Failing, others: number): number {
  const seconds = scene.seconds - failing.from;
  const isSilent = !flow.insideReported && failing.errors < ERRORS_MIN;
  // Errors of a channel with a line are time-outs in that line; without one, each is a good completion that is missing.
  const missing = Math.max(0, failing.expectedOk - failing.ok, failing.inLine ? 0 : failing.errors - failing.ok);
  return confidenceOf(PRIOR, [
    // Chance that a working channel was merely unlucky: e^−missing.
    { strength: 1 - Math.exp(-missing / 2), absent: -2, full: 3.5 },
    { strength: (failing.errors / Math.max(1, failing.errors + failing.ok)) * ramp(failing.errors, 0, 6), absent: -0.5, full: 2.5 },
    // A veto: where the siblings fail as well, it is the stage.
    { strength: ramp(others, SIBLINGS_OK_MIN, 0.9), absent: -8, full: 1.5 },
    // Silence alone may be a batch that is under way, and people who have gone elsewhere are not seen there before it comes.
    { strength: isSilent ? ramp(seconds, 5, 10) : ramp(seconds, 2, 6), absent: -2, full: 1 },
    // A veto: without errors, people who are done elsewhere have gone there, and none waits here.
    { strength: failing.errors >= ERRORS_MIN ? 1 : 1 - ramp(failing.moved, 0.3, 0.7), absent: -6, full: 0 },
  ], scene.seconds);
}

function evidenceFor(scene: Scene, channel: Place, failing: Failing, others: number, since: number): Evidence[] {
  const link = linkTo(scene, channel.subject, since);
  const stageLink = linkTo(scene, { ...channel.subject, channel: undefined }, since);
  const okBefore = failing.from > 0 ? meanOver(channel.flow.ok, failing.from - USUAL_SECONDS, failing.from) : null;
  const okNow = meanOver(channel.flow.ok, failing.from, scene.seconds);
  return [
    evidenceOf({ ko: '정상 처리가 끊겼습니다', en: 'Good completions have stopped' }, 'ok_per_second', '/s', okBefore, okNow, link),
    evidenceOf({ ko: '이때부터 난 오류', en: 'Errors since then' }, 'errors', '{request}', null, failing.errors, linkTo(scene, channel.subject, since, '/traces', { error: 'true' })),
    evidenceOf({ ko: '정상이었다면 처리했을 수', en: 'What it would have finished' }, 'expected_ok', '{request}', null, failing.expectedOk, link),
    evidenceOf({ ko: '다른 채널은 정상입니다', en: 'The other channels work' }, 'siblings_ok_share', '%', null, others * 100, stageLink),
  ];
}

function outageOf(scene: Scene, stage: Place, channel: Place): Finding | null {
  const from = failingSince(channel);
  if (from === null) return null;
  const failing = failingOf(stage, channel, from);
  const others = siblingsOk(stage, channel, from);
  if (others === null) return null;
  const confidence = confidenceIn(scene, channel, failing, others);
  if (confidence < FAINTEST) return null;
  const since = momentOf(scene, from);
  const inside = channel.flow.inside[scene.seconds - 1] ?? 0;
  const hanging = failing.errors < inside;
  const open = stage.channels.filter((sibling) => sibling !== channel).flatMap((sibling) => queueOf(sibling) ?? []);
  const waitBefore = residenceOver(channel.points, scene.seconds - 60, scene.seconds)?.residenceMs ?? null;
  const arrivals = Math.max(meanOver(channel.flow.arrivals, from, scene.seconds), from > 0 ? meanOver(channel.flow.arrivals, from - USUAL_SECONDS, from) : 0);
  return {
    place: channel,
    verdict: {
      kind: 'channel_outage', since, confidence, subject: channel.subject,
      sentence: outageSentence({ name: placeName(stage.name, channel.name), since: clock(since, scene.timeZone), people: true }, hanging ? inside : failing.errors, hanging),
      evidence: evidenceFor(scene, channel, failing, others, since),
      affected: affectedBy(scene, stage, inside + failing.errors),
      remedies: [routeAround(channel.subject, arrivals, open, waitBefore)],
      ruledOut: [{
        subject: stage.subject,
        because: { ko: `단계 전체가 아니라 이 채널뿐입니다. 다른 채널은 ${Math.round(others * 100)}%가 정상입니다`, en: `Only this channel, not the stage: ${Math.round(others * 100)} % of the others end well` },
      }],
    },
  };
}

export const channelOutage: VerdictRule = {
  kind: 'channel_outage',
  find: (scene) => scene.stages.filter(({ deliberate }) => !deliberate)
    .flatMap((stage) => stage.channels.flatMap((channel) => outageOf(scene, stage, channel) ?? [])),
};
