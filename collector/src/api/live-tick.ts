// One second of a pipeline as the live page shows it: the judge's window that ends with it, what was open, who was there.
// The live feed asks for the newest second again and again; a page that was paused or scrubbed back asks for one of the
// past and gets the same tick that was pushed then, from stored data alone.
import { LIMITS, type Deployment, type LiveTick, type PipelineDefinition, type PlaceState } from '@narrows/contract';
import { markedDeployments } from '../access/marked-deployments.js';
import type { MetaDb } from '../access/meta-db.js';
import { judge } from '../judge/judge.js';
import { placeStates } from '../judge/place-states.js';
import { activeByService, selectOldestActive } from '../query/active.js';
import { LiveWindow } from '../query/live-series.js';
import { selectPeople } from '../query/people.js';
import type { Asker, Range } from '../query/question.js';
import { selectNewestSpan } from '../query/services.js';
import { openOf, totalsOf } from '../query/totals.js';

const OLDEST_IN_TICK = 20;
const OLD_DATA_LOOKBACK_MS = 7 * 24 * 3600_000;

export interface TickQuestion {
  db: MetaDb;
  asker: Asker;
  pipeline: PipelineDefinition | null;
  timeZone: string;
  now: () => number;
}

/** Answers that change so slowly that a feed keeps them for some seconds. */
export interface SlowAnswers {
  people: (toMs: number) => ReturnType<typeof selectPeople>;
  /** Asked only while nothing has ended within the window. */
  newestSpanMs: (toMs: number) => Promise<number | null>;
  /** As of the reports of the last seconds. */
  oldest: (toMs: number) => ReturnType<typeof selectOldestActive>;
  /** That somebody marked. */
  deployments: (range: Range) => Promise<Deployment[]>;
}

/** The tick of the second that begins at `atMs`. `window` is moved to end with it. */
export async function describeSecond(question: TickQuestion, window: LiveWindow, atMs: number, slow: SlowAnswers): Promise<LiveTick> {
  const { pipeline, timeZone, now } = question;
  const toMs = atMs + 1_000;
  const judged = { fromMs: toMs - LIMITS.judgeWindowSeconds * 1_000, toMs };
  const [series, deployments, people] = await Promise.all([
    window.advance(judged), slow.deployments(judged),
    slow.people(toMs),
  ]);
  // An agent that names what is open longest counts it too: where none has, the log of a busy second need not be searched.
  const oldest = window.active.length > 0 ? await slow.oldest(toMs) : [];
  const [totals] = totalsOf({ fromMs: atMs, toMs }, window.totals, openOf(pipeline, window.active));
  const input = { ...series, deployments, timeZone };
  const places = placeStates(input);
  const services = activeByService(window.active, atMs / 1_000);
  const serverNowMs = now();
  const newestMs = newestCompletion(input.places) ?? await slow.newestSpanMs(input.fromMs);
  return {
    atMs, serverNowMs, pipeline: pipeline?.id ?? null,
    dataAgeMs: newestMs === null ? null : Math.max(0, serverNowMs - newestMs - 1_000),
    places,
    totals: totals ?? { atMs, completions: 0, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null },
    active: { reported: services.length > 0, services, oldest },
    people: { ...people, ...waitingPeople(places) },
    verdicts: judge(input),
  };
}

/** The tick of a past second, told as of then: ages and durations count up to its own end. */
export function selectPastTick({ db, asker, pipeline, timeZone }: Omit<TickQuestion, 'now'>, atMs: number): Promise<LiveTick> {
  return describeSecond({ db, asker, pipeline, timeZone, now: () => atMs + 1_000 }, new LiveWindow(asker, pipeline), atMs, {
    people: (toMs) => selectPeople(asker, pipeline?.id ?? null, toMs), oldest: (toMs) => selectOldestInTick(asker, toMs), newestSpanMs: (toMs) => selectNewestSpanBefore(asker, toMs),
    deployments: (range) => markedDeployments(db, asker.agency, pipeline, range),
  });
}

/** The open transactions that a tick lists. */
export const selectOldestInTick = (asker: Asker, toMs: number): ReturnType<typeof selectOldestActive> => selectOldestActive(asker, { limit: OLDEST_IN_TICK }, toMs);

/** End of the newest span before a moment, looking back a week. */
export function selectNewestSpanBefore(asker: Asker, toMs: number): Promise<number | null> {
  return selectNewestSpan(asker, { fromMs: toMs - OLD_DATA_LOOKBACK_MS, toMs });
}

function newestCompletion(places: readonly { points: readonly { atMs: number; completions: number }[] }[]): number | null {
  let newestMs: number | null = null;
  for (const { points } of places) {
    const last = points.findLast((p) => p.completions > 0);
    if (last && (newestMs === null || last.atMs > newestMs)) newestMs = last.atMs;
  }
  return newestMs;
}

/** Whole stages only: channels are part of theirs. In a deliberate wait everybody inside waits. */
function waitingPeople(places: readonly PlaceState[]): { waiting: number | null; waitingDeliberate: number | null } {
  const stages = places.filter((p) => p.stage !== '' && p.channel === '');
  const sum = (values: (number | null)[]) => (values.some((v) => v !== null) ? values.reduce<number>((a, b) => a + (b ?? 0), 0) : null);
  return {
    waiting: sum(stages.filter((p) => !p.deliberate).map((p) => p.waiting)),
    waitingDeliberate: sum(stages.filter((p) => p.deliberate).map((p) => p.waiting ?? p.inFlight)),
  };
}
