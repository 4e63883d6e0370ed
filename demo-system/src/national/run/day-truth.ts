// What was really the matter on a simulated day, as the demo's real processes tell it of theirs: the pools of verification, seen
// from inside second by second, and a line in which far more stand than people. Also the operators' hands, for the markers.
import { TruthKeeper } from '../../observe/truth.js';
import type { GroundTruth } from '../../observe/ground-truth.js';
import type { NationalDay } from '../day.js';
import type { SecondState } from '../simulation/day-sink.js';

/** A line counts as one of duplicates where more than so many places stand for each person, and at least so many stand. */
const PLACES_PER_PERSON = 2;
const PLACES_MIN = 100;

export class DayTruth {
  readonly #day: NationalDay;
  readonly #keeper: TruthKeeper;
  #duplicates: GroundTruth | null = null;
  readonly #others: GroundTruth[] = [];

  constructor(day: NationalDay) {
    this.#day = day;
    this.#keeper = new TruthKeeper(day.pipeline, 'identity');
    for (const fault of day.faults) {
      this.#others.push({ kind: 'channel_outage', subject: { pipeline: day.pipeline, stage: 'identity', channel: fault.channel }, beginMs: day.beginMs + fault.fromMs, endMs: day.beginMs + Math.min(fault.toMs, day.durationMs) });
    }
  }

  get truths(): GroundTruth[] { return [...this.#keeper.truths, ...this.#others].sort((a, b) => a.beginMs - b.beginMs); }

  /** A second is over. `people` have at least one place in line. */
  observe({ atMs, pools, waiting }: SecondState, people: number): void {
    const nowMs = this.#day.beginMs + atMs;
    this.#keeper.observePools(nowMs, pools);
    const isCrowd = waiting >= PLACES_MIN && waiting > people * PLACES_PER_PERSON;
    if (isCrowd && this.#duplicates === null) {
      this.#duplicates = { kind: 'duplicate_crowd', subject: { pipeline: this.#day.pipeline, stage: 'waiting-room' }, beginMs: nowMs, endMs: null };
      this.#others.push(this.#duplicates);
    } else if (!isCrowd && this.#duplicates !== null) {
      this.#duplicates.endMs = nowMs;
      this.#duplicates = null;
    }
  }
}

/** What operators did that day, for the timeline. */
export function operatorActions(day: NationalDay): { text: string; atMs: number; stage: string }[] {
  const actions = day.servers.slice(1).map(({ atMs, count }, i) => ({ text: `Servers ${day.servers[i]!.count} → ${count}`, atMs: day.beginMs + atMs, stage: 'identity' }));
  if (day.suspension) {
    actions.push({ text: 'Bookings suspended', atMs: day.beginMs + day.suspension.fromMs, stage: 'waiting-room' }, { text: 'Bookings open again', atMs: day.beginMs + day.suspension.toMs, stage: 'waiting-room' });
  }
  return actions.sort((a, b) => a.atMs - b.atMs);
}
