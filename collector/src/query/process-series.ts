// Sparse rows → what the judge reads beside the places: transactions by instance and version, what the processes run
// short of, what people were told. A counter since its start becomes a share of the time between two reports; a use
// without its limit is not reported. Nothing is filled in.
import { RUNTIME_METRIC, type InstanceSeries, type PeoplePoint, type RuntimeMeasure, type RuntimeSeries } from '@narrows/contract';
import { seriesKey } from './series-key.js';
import type { InstanceRow, PeopleRow, RuntimeRow } from './series-rows.js';

const MS = 1_000;
/** Reports further apart than this say nothing of the time between them. */
const REPORT_GAP_SECONDS_MAX = 150;

/** Rows of one group in order of time. */
function groupsOf<Row extends { at: number }>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row); else groups.set(key, [row]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.at - b.at);
  return groups;
}

export function buildInstances(rows: readonly InstanceRow[]): InstanceSeries[] {
  return [...groupsOf(rows, (r) => seriesKey(r.service, r.instance, r.version)).values()].map((group) => {
    const { service, instance, version } = group[0]!;
    return {
      service, instance, version,
      points: group.map((r) => ({
        atMs: r.at * MS, completions: r.completions, errors: r.errors, residenceMsSum: r.residenceMsSum,
        downstreamMsSum: r.downstreamReported > 0 ? r.downstreamMsSum : null,
      })),
    };
  });
}

export function buildRuntime(rows: readonly RuntimeRow[]): RuntimeSeries[] {
  const series: RuntimeSeries[] = [];
  for (const group of groupsOf(rows, (r) => seriesKey(r.service, r.instance, RUNTIME_METRIC[r.metric]?.measure ?? '')).values()) {
    const measure = RUNTIME_METRIC[group[0]!.metric]?.measure;
    if (measure === undefined) continue;
    const points = pointsOf(group, measure);
    if (points.length > 0) series.push({ service: group[0]!.service, instance: group[0]!.instance, measure, points });
  }
  return series;
}

function pointsOf(rows: readonly RuntimeRow[], measure: RuntimeMeasure): RuntimeSeries['points'] {
  const shares = new Map<number, number[]>();
  const say = (at: number, share: number) => {
    if (Number.isFinite(share)) shares.set(at, [...(shares.get(at) ?? []), Math.min(1, Math.max(0, share))]);
  };
  if (measure === 'memory') for (const [at, share] of usedOfLimit(rows)) say(at, share);
  else if (measure === 'gc') for (const [at, share] of pauses(rows)) say(at, share);
  else for (const [at, share] of gauges(rows)) say(at, share);
  return [...shares].sort(([a], [b]) => a - b).map(([at, each]) => ({ atMs: at * MS, share: Math.max(...each) }));
}

/** Series of one metric add up (user and system time of a process); processors of a host do not, their idle shares are averaged. */
function gauges(rows: readonly RuntimeRow[]): [number, number][] {
  return [...groupsOf(rows, (r) => `${r.at} ${r.metric}`).values()].map((group) => {
    const sum = group.reduce((total, r) => total + r.value, 0);
    return [group[0]!.at, RUNTIME_METRIC[group[0]!.metric]?.as === 'idle' ? 1 - sum / group.length : sum];
  });
}

/** Σ used / Σ limit over those pools of memory that say both. */
function usedOfLimit(rows: readonly RuntimeRow[]): [number, number][] {
  return [...groupsOf(rows, (r) => String(r.at)).values()].flatMap((group): [number, number][] => {
    const of = (as: string) => new Map(group.filter((r) => RUNTIME_METRIC[r.metric]?.as === as && r.value > 0).map((r) => [r.series, r.value]));
    const limits = of('limit');
    const both = [...of('used')].filter(([pool]) => limits.has(pool));
    const limit = both.reduce((sum, [pool]) => sum + limits.get(pool)!, 0);
    return limit > 0 ? [[group[0]!.at, both.reduce((sum, [, used]) => sum + used, 0) / limit]] : [];
  });
}

/** Seconds of pauses between two reports, over the seconds between them. */
function pauses(rows: readonly RuntimeRow[]): [number, number][] {
  const paused = new Map<number, number>();
  const reports = [...new Set(rows.map((r) => r.at))].sort((a, b) => a - b);
  for (const group of groupsOf(rows, (r) => `${r.metric} ${r.series} ${r.meaning}`).values()) {
    const unit = RUNTIME_METRIC[group[0]!.metric]?.as === 'timeMs' ? MS : 1;
    group.forEach((row, i) => {
      const before = group[i - 1];
      if (row.meaning === 'added') paused.set(row.at, (paused.get(row.at) ?? 0) + row.added / unit);
      // A counter that fell was begun anew with its process.
      else if (before) paused.set(row.at, (paused.get(row.at) ?? 0) + Math.max(0, row.value >= before.value ? row.value - before.value : row.value) / unit);
    });
  }
  return reports.flatMap((at, i): [number, number][] => {
    const seconds = at - (reports[i - 1] ?? at);
    return seconds > 0 && seconds <= REPORT_GAP_SECONDS_MAX && paused.has(at) ? [[at, paused.get(at)! / seconds]] : [];
  });
}

export function buildPeople(rows: readonly PeopleRow[]): PeoplePoint[] {
  const counted = (count: number) => (count > 0 ? count : null);
  return [...groupsOf(rows, (r) => `${r.at} ${r.stage}`).values()].map((group) => {
    const whole = group.find((r) => r.whole === 1);
    return {
      atMs: group[0]!.at * MS, stage: group[0]!.stage, spans: whole?.count ?? 0, named: whole?.named ?? 0,
      outcomes: Object.fromEntries(group.filter((r) => r.whole === 0 && r.outcome !== '').map((r) => [r.outcome, r.count])),
      persons: counted(whole?.persons ?? 0), sessions: counted(whole?.sessions ?? 0),
    };
  }).sort((a, b) => a.atMs - b.atMs); // The engine answers in any order, and a shift is one in time.
}
