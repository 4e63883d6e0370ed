// "What did the instances use?" Processor and memory of every instance that says so, as gauges or as sums, in steps of
// some seconds; a cumulative sum comes as its rate. Attributes of a point (user and system, a core) are added together.
import type { CauseGauge } from '@narrows/contract';
import type { Asker, Range } from './question.js';

const STEP_SECONDS = 10;
const ROWS_MAX = 60_000;
/** Names of metrics that tell what an instance uses. */
const NAMES = ['cpu', 'memory'] as const;

interface PointRow { service: string; instance: string; metric: string; at: number; value: number }
interface SumRow extends PointRow { series: string; cumulative: number; monotonic: number }

const WHERE = (ranges: readonly Range[]) => `Agency = {agency:String} AND (${ranges.map(({ fromMs, toMs }) => (
  `(TimeUnix >= fromUnixTimestamp64Milli(toInt64(${fromMs})) AND TimeUnix <= fromUnixTimestamp64Milli(toInt64(${toMs})))`)).join(' OR ')})
  AND Instance != '' AND (${NAMES.map((name) => `positionCaseInsensitive(MetricName, '${name}') > 0`).join(' OR ')})`;
const AT = `intDiv(toUnixTimestamp(TimeUnix), ${STEP_SECONDS}) * ${STEP_SECONDS}`;

function selectPoints(asker: Asker, ranges: readonly Range[]): Promise<PointRow[]> {
  return asker.query<PointRow>(`
    SELECT service, instance, metric, at, sum(one) AS value FROM (
      SELECT toString(ServiceName) AS service, toString(Instance) AS instance, toString(MetricName) AS metric, ${AT} AS at, cityHash64(toString(Attributes)) AS series, avg(Value) AS one
      FROM otel_metrics_gauge WHERE ${WHERE(ranges)} AND isFinite(Value) GROUP BY service, instance, metric, at, series
    ) GROUP BY service, instance, metric, at ORDER BY service, instance, metric, at LIMIT ${ROWS_MAX}`);
}

function selectSums(asker: Asker, ranges: readonly Range[]): Promise<SumRow[]> {
  return asker.query<SumRow>(`
    SELECT toString(ServiceName) AS service, toString(Instance) AS instance, toString(MetricName) AS metric, ${AT} AS at, toString(cityHash64(toString(Attributes))) AS series,
      any(AggregationTemporality) = 2 AS cumulative, any(IsMonotonic) AS monotonic, if(any(AggregationTemporality) = 2, max(Value), sum(Value)) AS value
    FROM otel_metrics_sum WHERE ${WHERE(ranges)} AND isFinite(Value) GROUP BY service, instance, metric, at, series ORDER BY service, instance, metric, series, at LIMIT ${ROWS_MAX}`);
}

/** Rates of monotonic sums, levels of the others; a sum that falls was started anew and has no rate there. */
export function ratesOf(rows: readonly SumRow[]): PointRow[] {
  const sums = new Map<string, PointRow>();
  rows.forEach((row, i) => {
    const last = rows[i - 1];
    const follows = last !== undefined && last.series === row.series && last.metric === row.metric && last.instance === row.instance && last.service === row.service;
    let { value } = row;
    if (row.monotonic && row.cumulative) {
      if (!follows || row.value < last.value) return;
      value = (row.value - last.value) / (row.at - last.at);
    } else if (row.monotonic) {
      value = row.value / STEP_SECONDS;
    }
    const key = `${row.service}\n${row.instance}\n${row.metric}\n${row.at}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { service: row.service, instance: row.instance, metric: row.metric, at: row.at, value });
    else sum.value += value;
  });
  return [...sums.values()];
}

/** Gauges of all given ranges. */
export async function selectCauseGauges(asker: Asker, ranges: readonly Range[]): Promise<CauseGauge[]> {
  const [points, sums] = await Promise.all([selectPoints(asker, ranges), selectSums(asker, ranges)]);
  return [...points, ...ratesOf(sums)].map(({ service, instance, metric, at, value }) => ({ service, instance, metric, atMs: at * 1_000, value }));
}
