// People in line whom no span of the place shows. The server span of many runtimes begins when a worker takes the request: whoever
// waits for a worker stands before it, and only the callers can tell. What their calls take beyond the place's own stay, times what it
// does a second, is how many stand there (Little's law). It is a line where the place is at its declared limit; a way that is slow
// (a name that is looked up, a proxy) leaves its workers idle, and is no line of anybody.
//
//   front → pay   call 7,761 ms  ├──────── in line ────────┤├ pay ┤     pay itself 257 ms, all of its workers busy, 16 a second:
//                                                                        (7,761 − 257) ms × 16/s = 120 in line
import type { EdgeSeries, UnixMs } from '@narrows/contract';
import { callsOf, type EdgeCalls } from './edge-calls.js';
import { meanOver, sumOver } from './flow.js';
import type { Place } from './scene.js';

const MEAN_SECONDS = 3;
const BLOCK_SECONDS = 5;
const BLOCKS_MIN = 4;
/** Of a mean call at least so many. */
const CALLS_MIN = 5;
/** From this share of its limit on all workers are busy: between one request and the next each is idle for a moment. */
const FULL_SHARE = 0.8;
const RATE_SECONDS = 20;

/** Milliseconds that calls which ended in these seconds took beyond the stay of those who ended inside; null for a handful. */
function beyondStay({ points }: Place, edges: readonly EdgeCalls[], from: number, until: number): number | null {
  let [called, callsMs] = [0, 0];
  for (const { calls, timeMs } of edges) {
    called += sumOver(calls, from, until);
    callsMs += sumOver(timeMs, from, until);
  }
  let [ended, stayMs] = [0, 0];
  for (let second = Math.max(0, from); second < until; second += 1) {
    ended += points[second]?.completions ?? 0;
    stayMs += points[second]?.residenceMsSum ?? 0;
  }
  return called < CALLS_MIN || ended < CALLS_MIN ? null : Math.max(0, callsMs / called - stayMs / ended);
}

/** The place with the line outside of it, if one stands; itself otherwise. `edges`: calls to its service. Cost: O(seconds). */
export function withLineOutside(place: Place, edges: readonly EdgeSeries[], fromMs: UnixMs, seconds: number): Place {
  const { narrowness: { capacity, line, lineFine }, flow, deliberate } = place;
  if (capacity === null || capacity.source === 'plateau' || deliberate || flow.insideReported || edges.length === 0) return place;
  const isFull = (second: number) => meanOver(flow.inside, second - MEAN_SECONDS + 1, second + 1) >= FULL_SHARE * capacity.servers;
  if (!isFull(seconds - 1)) return place;
  const calls = edges.map((edge) => callsOf({ fromMs, seconds }, edge));
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK_SECONDS <= seconds; from += BLOCK_SECONDS) {
    const block = beyondStay(place, calls, from, from + BLOCK_SECONDS);
    if (block !== null) blocks.push(block);
  }
  if (blocks.length < BLOCKS_MIN) return place;
  const usualMs = blocks.sort((a, b) => a - b)[Math.floor(blocks.length / 4)]!;
  const outside = new Float64Array(seconds);
  let last = 0;
  for (let second = 0; second < seconds; second += 1) {
    const beyondMs = beyondStay(place, calls, second - MEAN_SECONDS + 1, second + 1);
    if (beyondMs !== null) last = Math.max(0, beyondMs - usualMs);
    if (isFull(second)) outside[second] = (last / 1_000) * meanOver(flow.ended, second - MEAN_SECONDS + 1, second + 1);
  }
  if (meanOver(outside, seconds - 2, seconds) <= Math.max(lineFine, meanOver(line, seconds - 2, seconds))) return place;
  let [done, busy] = [0, 0];
  for (let second = seconds - 1; second >= 0 && busy < RATE_SECONDS; second -= 1) {
    if (outside[second]! <= lineFine) continue;
    done += flow.ok[second]!;
    busy += 1;
  }
  const perSecond = done / busy;
  if (perSecond <= 0) return place;
  return {
    ...place, byChannel: false,
    narrowness: { ...place.narrowness, line: line.map((inside, second) => Math.max(inside, outside[second]!)), outside, capacity: { ...capacity, perSecond, serviceMs: (capacity.servers / perSecond) * 1_000 } },
  };
}
