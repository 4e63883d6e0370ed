// From the store into the series that rules read: one query a signal for all rules of all agencies, and only of what some
// rule needs. Rows in, samples out; the agency of a row is the store's word and stays with it.
import type { AlertRuleDraft, UnixMs } from '@narrows/contract';
import {
  selectBegunSteps, selectEndedSteps, selectMetricSteps, selectOldestSteps, selectOpenSteps, selectOutcomeSteps, selectPercentileSteps,
  type EndedStep, type MetricStep, type OutcomeStep, type StepQuestion, type StepRow,
} from '../query/alert-series.js';
import type { StoreReader } from '../query/question.js';
import { placeKey, seriesKey, type MeasureSeries, type Sample, type SeriesMeasure } from './measure-series.js';
import { measureOf, signalOf, type Signal } from './rule-reach.js';

/** What all rules need: agencies by signal, the measures some rule reads, and the names of gauges and outcomes. */
export interface Need { signals: Map<Signal, Set<string>>; measures: Set<SeriesMeasure>; metricNames: Set<string>; outcomes: Map<string, Set<string>> }

export function needOf(rules: Iterable<readonly [agency: string, rule: Pick<AlertRuleDraft, 'condition'>]>): Need {
  const need: Need = { signals: new Map(), measures: new Set(), metricNames: new Set(), outcomes: new Map() };
  for (const [agency, rule] of rules) {
    const signal = signalOf(rule);
    const read = measureOf(rule);
    if (!signal || !read) continue;
    need.signals.set(signal, (need.signals.get(signal) ?? new Set()).add(agency));
    need.measures.add(read.measure);
    if (signal === 'metrics') need.metricNames.add(read.name);
    if (signal === 'outcomes') need.outcomes.set(agency, (need.outcomes.get(agency) ?? new Set()).add(read.name));
  }
  return need;
}

/** Fill a book. Returns how many samples found no room. */
export async function feedSeries(store: StoreReader, need: Need, book: MeasureSeries, ranges: readonly { fromMs: UnixMs; toMs: UnixMs }[]): Promise<number> {
  const stepSeconds = book.stepMs / 1_000;
  const whole = ranges.map(({ fromMs, toMs }) => ({ from: Math.floor(fromMs / book.stepMs) * stepSeconds, to: Math.floor(toMs / book.stepMs) * stepSeconds })).filter(({ from, to }) => to > from);
  if (whole.length === 0) return 0;
  const samples = await Promise.all([...need.signals].map(([signal, agencies]) => samplesOf(store, signal, { agencies: [...agencies], ranges: whole, stepSeconds }, need)));
  let left = 0;
  for (const some of samples) for (const sample of some) if (!book.put(sample)) left++;
  return left;
}

async function samplesOf(store: StoreReader, signal: Signal, question: StepQuestion, need: Need): Promise<Sample[]> {
  switch (signal) {
    case 'ended': return samplesOfRows(await selectEndedSteps(store, question), ENDED, need.measures);
    case 'percentiles': return samplesOfRows(await selectPercentileSteps(store, question), PERCENTILES, need.measures);
    case 'open': return (await selectOpenSteps(store, question)).map((row) => sampleOf(row, 'in_flight', row.open, 1));
    case 'begun': return (await selectBegunSteps(store, question)).map((row) => sampleOf(row, 'arrivals', row.begun, 1));
    case 'oldest': return (await selectOldestSteps(store, question)).map((row) => sampleOf(row, 'oldest', row.oldestMs, 1));
    case 'outcomes': return outcomeSamples(await selectOutcomeSteps(store, question), need.outcomes);
    case 'metrics': return metricSamples(await selectMetricSteps(store, { ...question, names: [...need.metricNames] }));
  }
}

const placeOf = (row: StepRow): string => placeKey(row.pipeline, row.stage, row.channel, row.service);

function sampleOf(row: StepRow, measure: SeriesMeasure, sum: number, of: number): Sample {
  return { key: seriesKey(row.agency, measure, placeOf(row)), measure, atMs: row.at * 1_000, sum, of };
}

/** A sum and what it is a sum of. */
type Part<Row> = (row: Row) => readonly [sum: number, of: number];
const ENDED: Readonly<Partial<Record<SeriesMeasure, Part<EndedStep>>>> = {
  throughput: (row) => [row.completions, 1], errors: (row) => [row.errors, 1], error_ratio: (row) => [row.errors, row.completions], residence: (row) => [row.residenceMs, row.completions],
  apdex: (row) => [row.satisfied + row.tolerating / 2, row.completions], unsatisfied: (row) => [row.completions - row.satisfied, row.completions],
};
const PERCENTILES: Readonly<Partial<Record<SeriesMeasure, Part<StepRow & { ms: number[] }>>>> = { p50: (row) => [row.ms[0] ?? 0, 1], p95: (row) => [row.ms[1] ?? 0, 1], p99: (row) => [row.ms[2] ?? 0, 1] };

/** Only what some rule reads: thousands of places have a row every ten seconds. */
function samplesOfRows<Row extends StepRow>(rows: readonly Row[], parts: Readonly<Partial<Record<SeriesMeasure, Part<Row>>>>, measures: ReadonlySet<SeriesMeasure>): Sample[] {
  const wanted = Object.entries(parts).filter(([measure]) => measures.has(measure as SeriesMeasure)) as [SeriesMeasure, Part<Row>][];
  const samples: Sample[] = [];
  for (const row of rows) {
    const place = placeOf(row);
    for (const [measure, part] of wanted) {
      const [sum, of] = part(row);
      samples.push({ key: seriesKey(row.agency, measure, place), measure, atMs: row.at * 1_000, sum, of });
    }
  }
  return samples;
}

/** An outcome that nobody was told in a step is a share of zero, not an unknown one. */
function outcomeSamples(rows: readonly OutcomeStep[], wanted: ReadonlyMap<string, ReadonlySet<string>>): Sample[] {
  const totals = new Map<string, { row: OutcomeStep; total: number; counts: Map<string, number> }>();
  for (const row of rows) {
    const key = JSON.stringify([row.agency, row.pipeline, row.at]);
    const held = totals.get(key) ?? { row, total: 0, counts: new Map<string, number>() };
    held.total += row.count;
    held.counts.set(row.outcome, row.count);
    totals.set(key, held);
  }
  return [...totals.values()].flatMap(({ row, total, counts }) => [...wanted.get(row.agency) ?? []].map((outcome): Sample => (
    { key: seriesKey(row.agency, 'outcome_share', placeKey(row.pipeline, '', '', ''), outcome), measure: 'outcome_share', atMs: row.at * 1_000, sum: counts.get(outcome) ?? 0, of: total })));
}

/** By service, and all of them together under no name. */
function metricSamples(rows: readonly MetricStep[]): Sample[] {
  const sums = new Map<string, Sample>();
  for (const { agency, name, at, service, value } of rows) {
    for (const who of new Set([service, ''])) {
      const key = seriesKey(agency, 'metric', placeKey('', '', '', who), name);
      const held = sums.get(`${at} ${key}`);
      if (held) held.sum += value;
      else sums.set(`${at} ${key}`, { key, measure: 'metric', atMs: at * 1_000, sum: value, of: 1 });
    }
  }
  return [...sums.values()];
}
