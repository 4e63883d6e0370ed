// More come than a place can handle: its servers are all busy and the line in front of them stays. Blame goes to the
// place where people stand in line for itself; whoever merely waits for its answer (a gateway), waits on purpose (a
// waiting room) or stands behind and idles is ruled out by name. Where a few channels of a stage are full and the others
// have room, the channel is the subject, otherwise the stage.
import type { Evidence, Remedy, Subject, Verdict } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { heldBack } from './demand.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { onsetOfRun } from './onset.js';
import { littleResidenceMs } from './queueing.js';
import { restartInstance } from './remedies-of-change.js';
import { addChannelCapacity, addConnections, addInstances, queueOf, type Queue } from './remedies.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { calledBy, instancesOf } from './scene.js';
import { amount, clock, placeName, saturationSentence } from './sentences.js';

/** Rates are compared over at most so many of the latest seconds of the overload. */
const RATE_SECONDS = 20;
/** Share of a stage's arrivals or capacity from which its full channels are the stage. */
const MAJORITY = 0.5;
/** Chance that one more joins the line of a healthy place at its busiest: P(line ≥ q) ≤ 0.9^q in M/M/c at ρ = 0.9. */
const HEALTHY_UTILISATION = 0.9;
/** Most seconds of most places are not saturated: log-odds before any evidence. */
const PRIOR = -3;
/** Of so many ended the middle one says something. */
const ENDED_MIN = 10;

/** What is full: one place, or several channels of a stage taken together. */
interface Full {
  /** The stage, the one channel, or the service. */
  place: Place;
  stage: Place | null;
  members: Place[];
  /** Second of the onset. */
  onset: number;
  line: number;
  arrivals: number;
  handled: number;
  capacity: number;
  /** How many times of the arrivals would come, were nobody held back by callers that wait. */
  more: number;
  declared: boolean;
  confidence: number;
}

/** A line beyond a healthy place's breathing: in both of the last two seconds, or in the mean of three. */
function isFull({ narrowness: { capacity, line, lineFine } }: Place): boolean {
  const lately = Math.max(Math.min(line[line.length - 1] ?? 0, line[line.length - 2] ?? 0), meanOver(line, line.length - 3, line.length));
  return capacity !== null && lately > lineFine;
}

/** Measure the members together over the seconds since the line of `whole` began to stand. */
function fullOf(scene: Scene, place: Place, stage: Place | null, members: Place[], whole: Place): Full | null {
  const onset = onsetOfRun(whole.narrowness.line, whole.narrowness.lineFine);
  if (onset === null || members.length === 0) return null;
  const until = scene.seconds;
  const from = Math.max(onset, until - RATE_SECONDS);
  const over = (pick: (member: Place) => number) => members.reduce((sum, member) => sum + pick(member), 0);
  const full: Full = {
    place, stage, members, onset,
    line: over(({ narrowness }) => meanOver(narrowness.line, until - 2, until)),
    arrivals: over(({ flow }) => meanOver(flow.arrivals, from, until)),
    handled: over(({ flow }) => meanOver(flow.ok, from, until)),
    capacity: over(({ narrowness }) => narrowness.capacity?.perSecond ?? 0),
    declared: members.every(({ narrowness }) => narrowness.capacity?.source !== 'plateau'),
    more: heldBack(scene, place, onset),
    confidence: 0,
  };
  return full.capacity > 0 ? { ...full, confidence: confidenceIn(scene, full) } : null;
}

/** How much longer than unhurried those are inside who end now, or who are oldest. */
function delayOf({ members }: Full): number {
  return Math.max(...members.map(({ narrowness, points }) => {
    const unhurried = narrowness.unhurriedMs ?? narrowness.capacity?.serviceMs ?? 0;
    const stay = residenceOver(points, points.length - 5, points.length);
    const oldest = Math.max(0, ...points.slice(-3).map(({ oldestMs }) => oldestMs ?? 0));
    // Whoever stands outside waits there for as long as it takes to let in all who stand before him.
    const outsideMs = narrowness.outside === undefined ? 0 : (1_000 * (narrowness.outside.at(-1) ?? 0)) / (narrowness.capacity?.perSecond ?? Infinity);
    return unhurried > 0 ? Math.max(((stay?.residenceMs ?? 0) + outsideMs) / unhurried, oldest / unhurried / 3) : 0;
  }));
}

/**
 * Standard deviations by which arrivals exceed capacity; both counts are Poisson. The best of three spans of the run:
 * the first seconds of an overload still fill idle servers, a long one is known best over all of it.
 */
function excessSigmas({ members, onset, capacity, more }: Full, until: number): number {
  // Who came and was not let in has not arrived yet by any span of the place: the line outside has grown by them.
  const joined = (outside: Float64Array | undefined, from: number) => (outside === undefined ? 0 : Math.max(0, outside[until - 1]! - outside[Math.max(0, from)]!));
  const arrivals = (from: number) => more * members.reduce((sum, { flow, narrowness }) => sum + sumOver(flow.arrivals, from, until) + joined(narrowness.outside, from), 0);
  return Math.max(...[5, 10, RATE_SECONDS].map((span) => {
    const from = Math.max(onset, until - span);
    const able = capacity * (until - from);
    return (arrivals(from) - able) / Math.sqrt(Math.max(1, arrivals(from) + able));
  }));
}

/** A line of estimated servers is long, too, if it takes many service times: behind a caller with few workers it never takes seconds. */
function longFor({ members, line }: Full, drainSeconds: number): number {
  const unhurried = Math.min(...members.map(({ narrowness }) => (narrowness.unhurriedMs ?? Infinity) / 1_000));
  return ramp(drainSeconds / unhurried, 0.8, 2) * ramp(line, 6, 12);
}

/** The middle stay of those who ended in these seconds, or the long one, as the seconds' own quantiles have it; null for a handful. */
function stayQuantile({ points }: Place, quantile: 'residenceMsP50' | 'residenceMsP95', from: number, until: number): number | null {
  const seconds = points.slice(Math.max(0, from), Math.max(0, until)).filter((point) => point[quantile] !== null && point.completions > 0);
  const ended = seconds.reduce((sum, { completions }) => sum + completions, 0);
  if (ended < ENDED_MIN) return null;
  let counted = 0;
  return seconds.toSorted((a, b) => a[quantile]! - b[quantile]!).find(({ completions }) => (counted += completions) >= ended / 2)![quantile];
}

/**
 * Whether it is a line, in which everybody waits, and not some few who stay for long (streams, long polls, batches): of a line the
 * middle stay grows. Where only the long ones have grown, it may be a line before something that few of them need. 1 where too little is known.
 */
function areHeldUp({ members, onset, declared }: Full, until: number): number {
  if (declared) return 1;
  const growth = (place: Place, quantile: 'residenceMsP50' | 'residenceMsP95') => {
    const now = stayQuantile(place, quantile, until - 5, until) ?? stayQuantile(place, quantile, until - 10, until);
    const before = stayQuantile(place, quantile, onset - 60, onset - 3);
    return now === null || before === null ? null : now / Math.max(1e-9, before);
  };
  return Math.max(...members.map((place) => {
    const [middle, long] = [growth(place, 'residenceMsP50'), growth(place, 'residenceMsP95')];
    return middle === null || long === null ? 1 : Math.max(ramp(middle, 1.1, 1.6), 0.6 * ramp(long, 1.5, 3));
  }));
}

function confidenceIn(scene: Scene, full: Full): number {
  const drainSeconds = full.line / full.capacity;
  const byChance = HEALTHY_UTILISATION ** Math.max(0, full.line - full.members.length);
  return confidenceOf(PRIOR, [
    { strength: (1 - byChance) * (full.declared ? ramp(drainSeconds, 0.3, 1) : Math.max(ramp(drainSeconds, 1, 3), longFor(full, drainSeconds))), absent: -2.5, full: 3 },
    { strength: ramp(scene.seconds - full.onset, 2, 5), absent: -4, full: 1.5 },
    { strength: ramp(excessSigmas(full, scene.seconds), 0, 3), absent: -1, full: 2.5 },
    { strength: ramp(delayOf(full), 1, 3), absent: -1, full: 1 },
    { strength: full.declared ? 1 : 0, absent: 0, full: 0.5 },
    { strength: areHeldUp(full, scene.seconds), absent: -5, full: 0 },
  ], scene.seconds);
}

/** Even if people spread evenly over all servers of these channels, a line would stand; and no single one makes most of it. */
function isFullTogether(channels: readonly Place[]): boolean {
  const last = (channels[0]?.points.length ?? 0) - 1;
  const lines = channels.map(({ narrowness }) => narrowness.line[last] ?? 0);
  const line = lines.reduce((sum, each) => sum + each, 0);
  const beyond = channels.reduce((sum, { flow, narrowness }) => sum + (flow.inside[last] ?? 0) - (narrowness.capacity?.servers ?? 0), 0);
  return beyond > channels.length && Math.max(...lines) < MAJORITY * line;
}

/** A stage with counted channels: which of them are full, and are they the stage? */
function fullChannels(scene: Scene, stage: Place, out: ReadonlySet<Place>): Full[] {
  const inService = stage.channels.filter((channel) => !out.has(channel));
  const members = inService.filter(isFull);
  const until = scene.seconds;
  const share = (pick: (place: Place) => number) =>
    members.reduce((sum, place) => sum + pick(place), 0) / Math.max(1e-9, stage.channels.reduce((sum, place) => sum + pick(place), 0));
  const ofArrivals = share(({ flow }) => sumOver(flow.arrivals, until - RATE_SECONDS, until));
  const ofCapacity = share(({ narrowness }) => narrowness.capacity?.perSecond ?? 0);
  const isStage = members.length >= 2 && Math.max(ofArrivals, ofCapacity) >= MAJORITY;
  const together = isFullTogether(inService) ? inService.filter(({ narrowness }) => narrowness.capacity !== null && narrowness.line[until - 1]! > 0) : [];
  if (isStage || together.length > 0) {
    const line = stage.narrowness.line.map((_, second) => inService.reduce((sum, { narrowness }) => sum + narrowness.line[second]!, 0));
    const whole = { ...stage, narrowness: { ...stage.narrowness, line } };
    const views = [isStage ? members : [], together].flatMap((queueing) => fullOf(scene, stage, null, queueing, whole) ?? []);
    return views.sort((one, other) => other.confidence - one.confidence).slice(0, 1);
  }
  return members.flatMap((channel) => fullOf(scene, channel, stage, [channel], channel) ?? []);
}

/** Where channels declare no limits: the one that has nearly all of their lines, as far as lines can be estimated. */
function oneFullChannel({ channels }: Place): Place | null {
  const lineOf = ({ narrowness: { line } }: Place) => meanOver(line, line.length - 3, line.length);
  const full = channels.filter(isFull);
  const all = channels.reduce((sum, channel) => sum + lineOf(channel), 0);
  return channels.length >= 2 && full.length === 1 && lineOf(full[0]!) >= 0.7 * all ? full[0]! : null;
}

function fullPlaces(scene: Scene, out: ReadonlySet<Place>): Full[] {
  return scene.suspects.flatMap((suspect): Full[] => {
    const outHere = new Set(suspect.channels.filter((channel) => out.has(channel)));
    if (suspect.byChannel) return fullChannels(scene, suspect, outHere);
    // Without counts by channel a hanging channel's people look like the stage's line; the outage already explains them.
    if (outHere.size > 0) return [];
    const alone = oneFullChannel(suspect);
    if (alone !== null) return [fullOf(scene, alone, suspect, [alone], alone)].flatMap((full) => full ?? []);
    if (!isFull(suspect)) return [];
    return [fullOf(scene, suspect, null, [suspect], suspect)].flatMap((full) => full ?? []);
  });
}

/** Waiters by design, callers that only wait for the answer, and stages behind that run idle. */
function ruledOut(scene: Scene, full: Full, waitingCallers: readonly Full[]): Verdict['ruledOut'] {
  const last = scene.seconds - 1;
  const said: Verdict['ruledOut'] = [];
  const isSubject = ({ stage, service }: Place) => stage === full.place.stage && service === full.place.service;
  for (const stage of scene.stages.filter(({ deliberate }) => deliberate)) {
    const queued = stage.points[last]?.queued ?? stage.flow.inside[last] ?? 0;
    said.push({
      subject: stage.subject,
      because: { ko: `일부러 기다리게 하는 단계입니다. 지금 ${amount(queued)}명이 기다립니다`, en: `It makes people wait on purpose; ${amount(queued)} wait there now` },
    });
  }
  const callers = new Set(waitingCallers.map(({ place }) => place));
  for (const place of [...scene.services, ...scene.stages]) {
    if (said.length >= 8 || place.deliberate || isSubject(place) || place.service === full.place.service) continue;
    const inside = meanOver(place.flow.inside, last - 4, last + 1);
    const own = meanOver(place.flow.own, last - 4, last + 1);
    if (callers.has(place) || (inside >= 1 && own < 0.4 * inside && calledBy(scene, place.service).has(full.place.service))) {
      const percent = Math.round((1 - own / Math.max(inside, 1e-9)) * 100);
      said.push({
        subject: place.subject,
        because: {
          ko: `${full.place.name.ko}의 응답을 기다릴 뿐입니다. 안에 있는 요청의 ${percent}%가 다른 곳의 답을 기다립니다`,
          en: `It only waits for ${full.place.name.en}: ${percent} % of what is inside waits for an answer from elsewhere`,
        },
      });
    }
  }
  const at = scene.stages.findIndex(({ stage }) => stage === full.place.stage);
  for (const stage of at < 0 ? [] : scene.stages.slice(at + 1)) {
    if (said.length >= 8 || stage.deliberate || isFull(stage)) continue;
    said.push({ subject: stage.subject, because: { ko: '뒤에 있는 단계이고 줄이 없어 여유가 있습니다', en: 'It stands behind and has room: no line there' } });
  }
  return said;
}

function evidenceFor(scene: Scene, full: Full, subject: Subject, since: number): Evidence[] {
  const { onset, members, place } = full;
  const link = linkTo(scene, subject, since);
  const over = (pick: (member: Place) => number) => members.reduce((sum, member) => sum + pick(member), 0);
  const before = (pick: (member: Place) => Float64Array) => (onset >= 3 ? over((member) => meanOver(pick(member), onset - 20, onset)) : null);
  const stay = residenceOver(place.points, scene.seconds - 5, scene.seconds);
  const stayBefore = onset >= 3 ? residenceOver(place.points, onset - 20, onset) : null;
  const errors = place.points.slice(onset).reduce((sum, point) => sum + point.errors, 0);
  const arrivalsBefore = before(({ flow }) => flow.arrivals);
  const utilisationBefore = arrivalsBefore === null ? null : arrivalsBefore / full.capacity;
  const left = members.length === 1 ? members[0]!.narrowness : null;
  const consequence = { ko: '그 결과로 난 오류 (원인이 아닙니다)', en: 'Errors that follow from it (not the cause)' };
  return [
    evidenceOf({ ko: '들어오는 수', en: 'Arrivals' }, 'arrivals', '/s', arrivalsBefore, full.arrivals, link),
    evidenceOf({ ko: '처리하는 수', en: 'Handled' }, 'throughput', '/s', before(({ flow }) => flow.ok), full.handled, link),
    evidenceOf({ ko: '처리 한계 대비 들어오는 비율', en: 'Arrivals against capacity' }, 'utilisation', '1', utilisationBefore, full.arrivals / full.capacity, link),
    evidenceOf({ ko: '줄에 선 수', en: 'Standing in line' }, 'line', '{request}', before(({ narrowness }) => narrowness.line), full.line, link),
    evidenceOf({ ko: '들어와서 나갈 때까지', en: 'From arriving to leaving' }, 'residence', 'ms', stayBefore?.residenceMs ?? null, stay?.residenceMs ?? null, link),
    ...(left?.declaredServers === undefined ? [] : [evidenceOf({ ko: '한꺼번에 처리할 수 있는 수 (정해 둔 수 → 남은 수)', en: 'Served at once: as declared, and what is left of it' }, 'servers', '{request}', left.declaredServers, left.capacity?.servers ?? null, link)]),
    ...(errors === 0 ? [] : [evidenceOf(consequence, 'errors', '{request}', null, errors, linkTo(scene, subject, since, '/traces', { error: 'true' }))]),
  ];
}

/** For so long nothing has ended well: it hangs, and more of what hangs does no more. */
const HANGS_SECONDS = 5;

function remedyFor(scene: Scene, full: Full, queues: readonly Queue[], waitBefore: number | null): Remedy {
  const { place, stage, members, onset } = full;
  if (members.every(({ flow }) => sumOver(flow.ok, scene.seconds - HANGS_SECONDS, scene.seconds) === 0) && scene.seconds - onset >= HANGS_SECONDS) {
    const before = residenceOver(place.points, 0, onset);
    return restartInstance(place.subject, { waitBeforeMs: waitBefore, waitAfterMs: before?.residenceMs ?? null, throughput: full.arrivals });
  }
  if (stage !== null) return addChannelCapacity(place.subject, queues[0]!, waitBefore);
  const instances = instancesOf(scene, place);
  if (members[0]?.narrowness.capacity?.source === 'pool' && queues.length === 1) return addConnections(place.subject, queues[0]!, instances ?? 1, waitBefore);
  return addInstances(place.subject, queues, waitBefore, instances);
}

function findingOf(scene: Scene, full: Full, callers: readonly Full[]): Finding {
  const { place, stage, members } = full;
  const since = momentOf(scene, full.onset);
  const people = place.stage !== '';
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const waitBefore = stay?.residenceMs ?? littleResidenceMs(full.line, full.arrivals);
  const queues = (place.channels.length > 0 && members[0] !== place ? place.channels : members).flatMap((member) => queueOf(member) ?? [])
    .map((queue): Queue => ({ ...queue, arrivalsPerSecond: queue.arrivalsPerSecond * full.more }));
  const name = placeName(stage?.name ?? null, place.name);
  return {
    place,
    verdict: {
      kind: 'saturation', since, confidence: full.confidence, subject: place.subject,
      sentence: saturationSentence({ name, since: clock(since, scene.timeZone), people }, full.arrivals, full.handled),
      evidence: evidenceFor(scene, full, place.subject, since),
      affected: affectedBy(scene, place, full.line),
      remedies: [remedyFor(scene, full, queues, waitBefore)],
      ruledOut: ruledOut(scene, full, callers),
    },
  };
}

/** Of those who have a server of this place, the share that waits for an answer from elsewhere. */
function shareInCalls({ place: { flow, narrowness } }: Full): number {
  const lately = (series: Float64Array) => meanOver(series, series.length - 5, series.length);
  const served = lately(flow.inside) - lately(narrowness.line);
  return served > 0 ? Math.min(1, (lately(flow.inside) - lately(flow.own)) / served) : 0;
}

export const saturation: VerdictRule = {
  kind: 'saturation',
  find(scene, causes) {
    const out = new Set(causes.filter(({ verdict }) => verdict.kind === 'channel_outage' && verdict.confidence >= 0.3).map(({ place }) => place));
    const all = fullPlaces(scene, out).filter(({ confidence }) => confidence >= FAINTEST);
    // Of a caller and the place it waits for, the one that is called is the cause.
    const waitsFor = (caller: Full) => {
      const called = calledBy(scene, caller.place.service);
      return all.find((full) => full.place.service !== caller.place.service && called.has(full.place.service) && !calledBy(scene, full.place.service).has(caller.place.service));
    };
    const callers = all.filter((full) => waitsFor(full) !== undefined);
    return all.filter((full) => !callers.includes(full)).map((full) => {
      const waiting = callers.filter((caller) => waitsFor(caller) === full);
      // Their lines are its line: a caller with few workers lets few of its people through to where they would stand.
      const confidence = Math.max(full.confidence, ...waiting.map((caller) => caller.confidence * shareInCalls(caller)));
      return findingOf(scene, { ...full, confidence }, waiting);
    });
  },
};
