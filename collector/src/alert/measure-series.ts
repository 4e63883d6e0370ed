// What rules are evaluated over: for each measure and place a row of steps, each a sum and what it is a sum of, so that a value
// over any window comes from counts and never from an average of averages. Ended spans are counted, so a step without any is
// zero; what an agent or a gauge must say is null where nobody said it.
import type { AlertMeasure, UnixMs } from '@narrows/contract';

export const STEP_MS = 10_000;

/** How steps become one value. `middle`: the middle one of the steps' percentiles, which are never averaged. */
type Fold = 'rate' | 'ratio' | 'middle' | 'mean' | 'largest';
const FOLDS: Readonly<Record<AlertMeasure | 'unsatisfied', Fold>> = {
  arrivals: 'rate', throughput: 'rate', errors: 'rate', error_ratio: 'ratio', residence: 'ratio', apdex: 'ratio', outcome_share: 'ratio', unsatisfied: 'ratio',
  p50: 'middle', p95: 'middle', p99: 'middle', in_flight: 'mean', metric: 'mean', oldest: 'largest',
};
/** Counted, so that silence is zero. */
const COUNTED: ReadonlySet<string> = new Set(['throughput', 'errors']);
export type SeriesMeasure = keyof typeof FOLDS;

/** Which series: `place` as `placeKey` writes it; `name` of a metric or outcome. */
export const seriesKey = (agency: string, measure: SeriesMeasure, place: string, name = ''): string => `${agency}\n${measure}\n${name === '' ? '""' : JSON.stringify(name)}\n${place}`;
const groupOf = (key: string): string => key.slice(0, key.lastIndexOf('\n'));
/** A stage, a channel or a service; a pipeline alone for its outcomes. */
export const placeKey = (pipeline: string, stage: string, channel: string, service: string): string => JSON.stringify([pipeline, stage, channel, service]);

/** `slot` says where a step lies in the arrays. */
interface Row { measure: SeriesMeasure; sum: Float64Array | number[]; of: Float64Array | number[]; slot: RingSlots | SparseSlots; lastStep: number; firstStep: number }

/** The latest so many steps, each over the one that many before it. */
class RingSlots {
  readonly #step: Float64Array;
  constructor(readonly steps: number) { this.#step = new Float64Array(steps).fill(-1); }
  find(step: number): number { return this.#step[step % this.steps] === step ? step % this.steps : -1; }
  take(step: number): number { this.#step[step % this.steps] = step; return step % this.steps; }
}

/** Any steps, where there are few of them over a long time. */
class SparseSlots {
  readonly #slots = new Map<number, number>();
  find(step: number): number { return this.#slots.get(step) ?? -1; }
  take(step: number): number {
    const slot = this.#slots.get(step) ?? this.#slots.size;
    this.#slots.set(step, slot);
    return slot;
  }
}

/** One sum a step. `of`: seconds of a rate are known; of a ratio its denominator, of a mean how many. */
export interface Sample { key: string; measure: SeriesMeasure; atMs: UnixMs; sum: number; of: number }

export class MeasureSeries {
  readonly #rows = new Map<string, Row>();
  /** Places by agency, measure and name, for rules that watch each of them. */
  readonly #places = new Map<string, Set<string>>();

  /** @param steps how many are remembered, older ones are overwritten; 0: all that are put */
  constructor(readonly steps: number, readonly stepMs: number = STEP_MS, readonly rowsMax = 200_000) {}

  get size(): number { return this.#rows.size; }
  has(key: string): boolean { return this.#rows.has(key); }

  /** A step that was told before is told anew. False: there are too many series already. */
  put({ key, measure, atMs, sum, of }: Sample): boolean {
    let row = this.#rows.get(key);
    if (!row) {
      if (this.#rows.size >= this.rowsMax) return false;
      const ring = this.steps > 0;
      row = { measure, sum: ring ? new Float64Array(this.steps) : [], of: ring ? new Float64Array(this.steps) : [], slot: ring ? new RingSlots(this.steps) : new SparseSlots(), lastStep: -1, firstStep: Infinity };
      this.#rows.set(key, row);
      const group = groupOf(key);
      const places = this.#places.get(group) ?? new Set();
      this.#places.set(group, places.add(key.slice(group.length + 1)));
    }
    const step = Math.floor(atMs / this.stepMs);
    if (this.steps > 0 && step <= row.lastStep - this.steps) return true;
    const slot = row.slot.take(step);
    row.sum[slot] = sum;
    row.of[slot] = of;
    row.lastStep = Math.max(row.lastStep, step);
    row.firstStep = Math.min(row.firstStep, step);
    return true;
  }

  /** Value over [fromMs, toMs), both on steps; null: not reported. */
  over(key: string, fromMs: UnixMs, toMs: UnixMs): number | null {
    const row = this.#rows.get(key);
    if (!row) return null;
    const from = Math.floor(fromMs / this.stepMs);
    const to = Math.ceil(toMs / this.stepMs);
    if (to <= from || to <= row.firstStep) return null;
    return fold(row, from, to, this.stepMs);
  }

  /** Forget what has not been told since a moment. */
  forgetBefore(atMs: UnixMs): void {
    const step = Math.floor(atMs / this.stepMs);
    for (const [key, row] of this.#rows) {
      if (row.lastStep >= step) continue;
      this.#rows.delete(key);
      const group = groupOf(key);
      this.#places.get(group)?.delete(key.slice(group.length + 1));
    }
  }

  /** Places that have such a series. */
  placesOf(agency: string, measure: SeriesMeasure, name = ''): ReadonlySet<string> { return this.#places.get(groupOf(seriesKey(agency, measure, '', name))) ?? NO_PLACES; }
}
const NO_PLACES: ReadonlySet<string> = new Set();

function fold({ measure, sum, of, slot: slots }: Row, from: number, to: number, stepMs: number): number | null {
  const how = FOLDS[measure];
  let total = 0;
  let base = 0;
  let told = 0;
  let most = -Infinity;
  const middle: number[] = [];
  for (let at = from; at < to; at++) {
    const slot = slots.find(at);
    if (slot < 0) continue;
    told++;
    total += sum[slot]!;
    base += of[slot]!;
    if (how === 'largest') most = Math.max(most, sum[slot]!);
    if (how === 'middle') middle.push(sum[slot]!);
  }
  if (how === 'rate') return told === 0 && !COUNTED.has(measure) ? null : total / (((COUNTED.has(measure) ? to - from : told) * stepMs) / 1_000);
  if (told === 0) return null;
  if (how === 'largest') return most;
  if (how === 'middle') return medianOf(middle);
  return base > 0 ? total / base : null;
}

/** The lower of the two middle ones is no average either. Errors: none; of nothing null. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}
