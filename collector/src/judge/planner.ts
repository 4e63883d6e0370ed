// The capacity planner: a crowd over time and a pipeline of finite pools in; per stage and channel the fewest servers that
// keep the wait below a target, or what wait and line given servers lead to. Stages are passed front to back; what one lets
// through is what the next one gets. Each pool is a fluid queue of the arrivals over time (Newell 1982) with the mean wait
// of M/M/c of the moment on top (the pointwise stationary approximation, Green & Kolesar 1991). Pure.
import type { Bilingual, PlanPlace } from '@narrows/contract';
import { meanWaitMs } from './queueing.js';

/** What is known of a stage or channel today. */
export interface PlannedPool {
  stage: string;
  channel: string;
  name: Bilingual;
  /** Of the stage's arrivals, those that take this channel; 1 for a stage without channels. */
  shareOfStage: number;
  serversToday: number | null;
  serviceMs: number | null;
  source: PlanPlace['source'];
}
export interface PlannedStage { stage: string; /** Of those who come to the pipeline, those who come by here. */ share: number; deliberate: boolean; pools: readonly PlannedPool[] }
export interface PlanInput {
  /** Arrivals a second, one value a minute. */
  arrivals: readonly number[];
  stages: readonly PlannedStage[];
  targetWaitMs: number;
  /** Given servers by `stage` or `stage/channel`; null: find the fewest. */
  given: ReadonlyMap<string, number> | null;
}

const STEP_SECONDS = 5;
const STEPS_A_MINUTE = 60 / STEP_SECONDS;
/** Beyond it M/M/c has no mean: the fluid line is what waits then. */
const STATIONARY_MAX = 0.98;
const SERVERS_MAX = 1_000_000;
/** How far the mean service time may be off: a plateau is an estimate, a declared pool's comes from its own busy seconds. */
const SERVICE_ERROR: Record<NonNullable<PlanPlace['source']>, number> = { declared: 0.1, pool: 0.1, plateau: 0.25 };
/** An overload that is not over at the end of the profile is followed until it is, for so long. */
const AFTER_SECONDS_MAX = 6 * 3_600;

/** Length of the line after each step, the wait of who arrives then, and how many go on. */
interface Course { line: Float64Array; waitMs: Float64Array; passed: Float64Array }

function courseOf(perSecond: Float64Array, servers: number, serviceMs: number): Course {
  const capacity = (servers / serviceMs) * 1_000;
  const course: Course = { line: new Float64Array(perSecond.length), waitMs: new Float64Array(perSecond.length), passed: new Float64Array(perSecond.length) };
  let line = 0;
  for (let step = 0; step < perSecond.length; step += 1) {
    const come = perSecond[step]!;
    const gone = Math.min(capacity, come + line / STEP_SECONDS);
    line = Math.max(0, line + (come - gone) * STEP_SECONDS);
    const random = meanWaitMs(servers, Math.min(come, STATIONARY_MAX * capacity), serviceMs) ?? 0;
    course.line[step] = line;
    course.waitMs[step] = (line / capacity) * 1_000 + random;
    course.passed[step] = gone;
  }
  return course;
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

/** The fewest servers with which nobody's mean wait passes the target. Cost: O(log servers × steps). */
function serversNeeded(perSecond: Float64Array, serviceMs: number, targetWaitMs: number): number | null {
  const keeps = (servers: number) => largest(courseOf(perSecond, servers, serviceMs).waitMs) <= targetWaitMs;
  let high = 1;
  while (!keeps(high)) {
    high *= 2;
    if (high > SERVERS_MAX) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (keeps(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Steps of five seconds, straight lines between the middles of the minutes. */
function stepsOf(minutes: readonly number[]): Float64Array {
  const at = (minute: number) => minutes[Math.max(0, Math.min(minutes.length - 1, minute))] ?? 0;
  return Float64Array.from({ length: minutes.length * STEPS_A_MINUTE }, (_, step) => {
    const position = (step + 0.5) / STEPS_A_MINUTE - 0.5;
    const minute = Math.floor(position);
    return at(minute) + (position - minute) * (at(minute + 1) - at(minute));
  });
}

const rounded = (value: number): number => (value === 0 || !Number.isFinite(value) ? 0 : Number(value.toPrecision(3)));
/** The largest of each minute: a wait that is short but long is not averaged away. */
function byMinute(values: Float64Array, minutes: number): number[] {
  return Array.from({ length: minutes }, (_, minute) => rounded(largest(values.subarray(minute * STEPS_A_MINUTE, (minute + 1) * STEPS_A_MINUTE))));
}

/** Seconds from the first line worth the name to its end, also where that lies behind the profile; null: it never ends. */
function clearsAfter(line: Float64Array, lastPerSecond: number, capacityPerSecond: number): number | null {
  const first = line.findIndex((length) => length >= 1);
  if (first < 0) return 0;
  const last = line.findLastIndex((length) => length >= 1);
  if (last < line.length - 1) return (last + 1 - first) * STEP_SECONDS;
  const surplus = capacityPerSecond - lastPerSecond;
  const more = surplus > 0 ? line[line.length - 1]! / surplus : Infinity;
  return more <= AFTER_SECONDS_MAX ? Math.round((line.length - first) * STEP_SECONDS + more) : null;
}

const UNKNOWN = { servers: null, serversLow: null, serversHigh: null, utilisation: null, waitMsMax: null, lineMax: null, clearsInSeconds: null };

/** One pool through the day, and what it lets through. */
function planPool(pool: PlannedPool, stageShare: number, perSecond: Float64Array, { targetWaitMs, given, arrivals }: PlanInput): { place: PlanPlace; passed: Float64Array } {
  const { stage, channel, name, serversToday, serviceMs, source } = pool;
  const peak = largest(perSecond);
  const about = { stage, channel, name, share: rounded(stageShare * pool.shareOfStage), serversToday, serviceMs: serviceMs === null ? null : rounded(serviceMs), source, peakPerSecond: rounded(peak) };
  const named = given?.get(channel === '' ? stage : `${stage}/${channel}`) ?? null;
  const servers = serviceMs === null ? null : given === null ? serversNeeded(perSecond, serviceMs, targetWaitMs) : named ?? serversToday;
  // Nothing is known of its servers: what comes goes through, and that is said.
  if (serviceMs === null || servers === null || servers <= 0) return { place: { ...about, ...UNKNOWN, servers: given === null ? null : servers, wait: [], line: [] }, passed: perSecond };
  const course = courseOf(perSecond, servers, serviceMs);
  const capacity = (servers / serviceMs) * 1_000;
  const error = source === null ? 0 : SERVICE_ERROR[source];
  const bound = (times: number) => (given === null ? serversNeeded(perSecond, serviceMs * times, targetWaitMs) : null);
  return {
    passed: course.passed,
    place: {
      ...about, servers, serversLow: bound(1 - error), serversHigh: bound(1 + error), utilisation: rounded(peak / capacity), waitMsMax: rounded(largest(course.waitMs)),
      lineMax: rounded(Math.floor(largest(course.line))), clearsInSeconds: clearsAfter(course.line, perSecond[perSecond.length - 1] ?? 0, capacity),
      wait: byMinute(course.waitMs, arrivals.length), line: byMinute(course.line, arrivals.length),
    },
  };
}

/**
 * The plan of every pool, front to back.
 *
 * Units:  arrivals per second, one value a minute; waits in milliseconds
 * Cost:   O(pools × log servers × minutes)
 * Errors: none; what is not known of a pool is null
 */
export function plan(input: PlanInput): PlanPlace[] {
  const arrivals = stepsOf(input.arrivals);
  // Of those who come to the pipeline, how many a stage before holds back at a moment: 1 where nobody waits.
  let through = arrivals.map(() => 1);
  return input.stages.flatMap((stage) => {
    const come = arrivals.map((perSecond, step) => perSecond * stage.share * through[step]!);
    const pools = stage.pools.map((pool) => planPool(pool, stage.share, come.map((perSecond) => perSecond * pool.shareOfStage), input));
    if (!stage.deliberate && stage.pools.length > 0) {
      const passed = come.map((_, step) => pools.reduce((sum, pool) => sum + pool.passed[step]!, 0));
      // More may go on than come, once a line drains.
      through = through.map((share, step) => (come[step]! > 0 ? share * (passed[step]! / come[step]!) : share));
    }
    return pools.map(({ place }) => place);
  });
}

export const PLAN_ASSUMPTIONS: readonly Bilingual[] = [
  { ko: '사람들은 무작위로 도착하고, 먼저 온 순서대로 처리합니다 (M/M/c).', en: 'People arrive at random and are served in order (M/M/c).' },
  { ko: '처리 시간은 지금 재는 값 그대로이고, 서버를 늘리면 그만큼 더 처리합니다.', en: 'A service takes as long as it is measured to take now, and twice the servers do twice the work.' },
  { ko: '단계와 채널을 고르는 비율은 지금과 같습니다. 기다리다 그만두는 사람은 세지 않았습니다.', en: 'People choose stages and channels in today\'s proportions; nobody gives up while waiting.' },
  { ko: '범위는 처리 시간의 오차(선언한 곳 ±10 %, 추정한 곳 ±25 %)에서 나옵니다.', en: 'The range comes from how far the service time may be off (declared ±10 %, estimated ±25 %).' },
];
