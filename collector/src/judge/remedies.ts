// What would widen the narrow place, and what waiting time it would give: one remedy for each kind of verdict, its
// amount chosen so that utilisation falls to 80 % or below, its effect predicted by M/M/c and the fluid queue. Takes
// measured rates, gives a Remedy with the assumptions it stands on.
import type { Bilingual, Remedy, Subject } from '@narrows/contract';
import { meanOver, sumOver } from './flow.js';
import { clearsInSeconds, meanResidenceMs, serversFor } from './queueing.js';
import { rounded } from './rule.js';
import { atWorkFor, peakOf, throughputAt, type Scalability } from './scalability.js';
import type { Place } from './scene.js';

/** Above four fifths a random wait grows steeply; the remedy stays below. */
export const TARGET_UTILISATION = 0.8;

/** One queue with its own servers: a stage, or one channel of it. */
export interface Queue {
  arrivalsPerSecond: number;
  perSecond: number;
  servers: number;
  /** That one occupies a server. */
  serviceMs: number;
  line: number;
  /** Part of the stay in which no server of this place is held: calls, where servers are those of its own work alone. */
  elsewhereMs: number;
}

/** Arrivals of today are read over this long. */
const RATE_SECONDS = 20;

/** What is counted over so short a time may be a standard deviation more, and a fifth of room is soon gone: amounts allow for it. */
const atMost = (arrivalsPerSecond: number): number => arrivalsPerSecond + Math.sqrt(Math.max(0, arrivalsPerSecond) / RATE_SECONDS);

/**
 * Part of an unhurried stay without a server of this place: of a pool all but the query; of a plateau the calls, by Little's
 * law where those inside are counted. Where they are an estimate, most stand in line, and the calls of those who have ended tell.
 */
function elsewhereMs({ flow, narrowness: { capacity, unhurriedMs } }: Place): number {
  if (capacity?.source === 'pool') return Math.max(0, (unhurriedMs ?? 0) - capacity.serviceMs);
  if (capacity?.source !== 'plateau') return 0;
  const lately = (series: Float64Array) => sumOver(series, series.length - RATE_SECONDS, series.length);
  const inCallsMs = flow.insideReported ? Math.max(0, lately(flow.inside) - lately(flow.own)) * 1_000 : lately(flow.inCallsMs);
  return lately(flow.ended) > 0 ? inCallsMs / lately(flow.ended) : 0;
}

/** A place as one queue, as it is now; null where no capacity is known. */
export function queueOf(place: Place): Queue | null {
  const { flow, narrowness: { capacity, line } } = place;
  if (capacity === null) return null;
  return {
    arrivalsPerSecond: meanOver(flow.arrivals, line.length - RATE_SECONDS, line.length),
    perSecond: capacity.perSecond, servers: capacity.servers, serviceMs: capacity.serviceMs, line: line[line.length - 1] ?? 0,
    elsewhereMs: elsewhereMs(place),
  };
}

const POISSON: Bilingual = { ko: '지금처럼 무작위로 도착하고 먼저 온 사람부터 처리한다고 보았습니다 (M/M/c).', en: 'Arrivals stay random at today\'s rate and are served in order (M/M/c).' };
const RETRIES: Bilingual = { ko: '다시 시도한 사람도 새로 온 사람으로 세었습니다.', en: 'People who try again are counted as new arrivals.' };

/** Mean stay over several queues side by side, weighted by who goes where; null when one of them has no steady state. */
function residenceOver(queues: readonly Queue[], times: number): number | null {
  let weighted = 0;
  let arrivals = 0;
  for (const queue of queues) {
    const servers = Math.max(1, Math.round(queue.servers * times));
    const residence = meanResidenceMs(servers, queue.arrivalsPerSecond, queue.serviceMs);
    if (residence === null) return null;
    weighted += (residence + queue.elsewhereMs) * queue.arrivalsPerSecond;
    arrivals += queue.arrivalsPerSecond;
  }
  return arrivals > 0 ? weighted / arrivals : null;
}

/**
 * The same where service times vary less than exponential ones (c² ≈ 0.2) or more (c² ≈ 2), and rates are off by a tenth:
 * by Allen and Cunneen the wait grows with (1 + c²)/2. Left out where there is no steady state.
 */
function between(queues: readonly Queue[], times: number): { waitAfterBetween?: [number, number] } {
  const mean = residenceOver(queues, times);
  const arrivals = sumOf(queues, (queue) => queue.arrivalsPerSecond);
  if (mean === null || arrivals <= 0) return {};
  const unhurried = sumOf(queues, (queue) => queue.arrivalsPerSecond * (queue.serviceMs + queue.elsewhereMs)) / arrivals;
  const wait = Math.max(0, mean - unhurried);
  return { waitAfterBetween: [rounded(0.9 * (unhurried + 0.6 * wait))!, rounded(1.1 * (unhurried + 1.5 * wait))!] };
}

/** The last line to disappear says when the place is clear. */
function slowestToClear(queues: readonly Queue[], times: number): number | null {
  let slowest = 0;
  for (const queue of queues) {
    const clears = clearsInSeconds(queue.line, queue.arrivalsPerSecond, queue.perSecond * times);
    if (clears === null) return null;
    slowest = Math.max(slowest, clears);
  }
  return slowest;
}

const sumOf = (queues: readonly Queue[], pick: (queue: Queue) => number): number => queues.reduce((sum, queue) => sum + pick(queue), 0);

/** The queues of a place: its channels, else itself. */
export const queuesOf = (place: Place): Queue[] => (place.byChannel ? place.channels : [place]).flatMap((each) => queueOf(each) ?? []);

/** Mean stay at the place if so many came each second; null where no capacity is known, or none would be enough. */
export function meanStayAt(place: Place, arrivalsPerSecond: number): number | null {
  const queues = queuesOf(place);
  const today = sumOf(queues, (queue) => queue.arrivalsPerSecond);
  return queues.length === 0 || today <= 0 ? null : residenceOver(queues.map((queue) => ({ ...queue, arrivalsPerSecond: (queue.arrivalsPerSecond * arrivalsPerSecond) / today })), 1);
}

/**
 * More instances of a stage, each with the capacity of one of today's. Where agents do not say how many run, today counts
 * as one. Every channel of the stage grows with it.
 */
export function addInstances(subject: Subject, queues: readonly Queue[], waitBeforeMs: number | null, instances: number | null = null): Remedy {
  const today = Math.max(1, instances ?? 1);
  const worst = queues.length === 0 ? 0 : Math.max(...queues.map((queue) => atMost(queue.arrivalsPerSecond) / queue.perSecond));
  const amount = Math.max(1, Math.ceil((today * worst) / TARGET_UTILISATION - 1e-9) - today);
  const times = (today + amount) / today;
  const each = Number((sumOf(queues, (queue) => queue.perSecond) / today).toPrecision(2));
  const of: Bilingual = instances === null
    ? { ko: `한 대를 지금의 처리량 전체(초당 ${each})로 보았습니다.`, en: `One instance counts as all of today's capacity (${each} a second).` }
    : { ko: `지금 ${today}대이고, 한 대가 초당 ${each}을 처리합니다.`, en: `There are ${today} now, and each handles ${each} a second.` };
  return {
    action: 'add_instances', subject, amount,
    predicted: {
      waitBefore: rounded(waitBeforeMs), waitAfter: rounded(residenceOver(queues, times)),
      throughput: rounded(sumOf(queues, (queue) => queue.arrivalsPerSecond)), clearsInSeconds: rounded(slowestToClear(queues, times)), ...between(queues, times),
    },
    assumptions: [of, POISSON, RETRIES],
  };
}

/** More instances of a contended place: each has fewer at work at once and is back before its peak. */
export function spreadOver(subject: Subject, law: Scalability, arrivalsPerSecond: number, instances: number, waitBeforeMs: number | null): Remedy {
  const best = throughputAt(law, Math.min(peakOf(law), 1e6));
  const amount = Math.max(1, Math.ceil((instances * atMost(arrivalsPerSecond)) / (TARGET_UTILISATION * best) - 1e-9) - instances);
  const times = (instances + amount) / instances;
  const atWork = atWorkFor(law, arrivalsPerSecond / times);
  return {
    action: 'add_instances', subject, amount,
    predicted: {
      waitBefore: rounded(waitBeforeMs), waitAfter: rounded(atWork === null || arrivalsPerSecond <= 0 ? null : (atWork * times * 1_000) / arrivalsPerSecond),
      throughput: rounded(arrivalsPerSecond), clearsInSeconds: null,
    },
    assumptions: [{ ko: '인스턴스마다 동시에 처리하는 수가 줄어 처리량의 정점 앞으로 돌아온다고 보았습니다 (보편 확장성 법칙).', en: 'Each instance has fewer at work at once and is back before its peak (Universal Scalability Law).' }, RETRIES],
  };
}

/** More connections in each instance's pool, for queries that take as long as they do now. */
export function addConnections(subject: Subject, queue: Queue, instances: number, waitBeforeMs: number | null): Remedy {
  const worst = atMost(queue.arrivalsPerSecond) / queue.perSecond;
  const each = Math.max(1, queue.servers / instances);
  const amount = Math.max(1, Math.ceil((each * worst) / TARGET_UTILISATION - 1e-9) - Math.round(each));
  const times = (each + amount) / each;
  return {
    action: 'add_connections_per_instance', subject, amount,
    predicted: {
      waitBefore: rounded(waitBeforeMs), waitAfter: rounded(residenceOver([queue], times)), throughput: rounded(queue.arrivalsPerSecond), clearsInSeconds: rounded(slowestToClear([queue], times)), ...between([queue], times),
    },
    assumptions: [{ ko: '데이터베이스가 늘어난 연결도 지금처럼 빠르게 처리한다고 보았습니다.', en: 'The database answers over the added connections as fast as it does now.' }, POISSON, RETRIES],
  };
}

/** More workers in one channel. */
export function addChannelCapacity(subject: Subject, queue: Queue, waitBeforeMs: number | null): Remedy {
  const needed = serversFor(atMost(queue.arrivalsPerSecond), queue.serviceMs, TARGET_UTILISATION);
  const amount = Math.max(1, needed - Math.round(queue.servers));
  const times = (queue.servers + amount) / queue.servers;
  return {
    action: 'add_channel_capacity', subject, amount,
    predicted: {
      waitBefore: rounded(waitBeforeMs), waitAfter: rounded(residenceOver([queue], times)),
      throughput: rounded(queue.arrivalsPerSecond), clearsInSeconds: rounded(slowestToClear([queue], times)), ...between([queue], times),
    },
    assumptions: [{ ko: '동시에 처리하는 자리 수만큼 늘립니다.', en: 'The amount is in places served at once.' }, POISSON, RETRIES],
  };
}

/**
 * Close a channel that is out, so that its people spread over the others in the proportion of their capacity. Where the
 * others would pass four fifths, it is moved to the end of the list instead, and people still find a way.
 */
export function routeAround(subject: Subject, arrivalsPerSecond: number, others: readonly Queue[], waitBeforeMs: number | null): Remedy {
  const capacity = sumOf(others, (queue) => queue.perSecond);
  const spread = others.map((queue): Queue => ({ ...queue, arrivalsPerSecond: queue.arrivalsPerSecond + (capacity > 0 ? (arrivalsPerSecond * queue.perSecond) / capacity : 0) }));
  const total = sumOf(spread, (queue) => queue.arrivalsPerSecond);
  const fits = capacity > 0 && total <= TARGET_UTILISATION * capacity;
  return {
    action: fits ? 'disable_channel' : 'reorder_channel', subject, amount: 1,
    predicted: {
      waitBefore: rounded(waitBeforeMs), waitAfter: rounded(residenceOver(spread, 1)),
      throughput: rounded(capacity > 0 ? Math.min(total, capacity) : null), clearsInSeconds: rounded(slowestToClear(spread, 1)),
    },
    assumptions: [
      { ko: '이 채널로 오던 사람은 다른 채널의 여유에 비례해 나뉜다고 보았습니다.', en: 'Its people spread over the other channels in proportion to their capacity.' }, POISSON,
    ],
  };
}

/** Errors say that something broke, not what: going back to the last version that worked is the remedy that needs no cause. */
export function rollback(subject: Subject, residenceMs: number | null, arrivalsPerSecond: number, errorShareBefore: number): Remedy {
  return {
    action: 'rollback', subject, amount: 1,
    predicted: { waitBefore: rounded(residenceMs), waitAfter: null, throughput: rounded(arrivalsPerSecond * (1 - errorShareBefore)), clearsInSeconds: null },
    assumptions: [{ ko: '오류가 나기 전 상태로 되돌립니다. 최근 변경이 원인일 때에만 듣습니다.', en: 'Back to how it was before the errors; helps only if a recent change is the cause.' }],
  };
}
