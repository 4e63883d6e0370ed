// What alert rules are evaluated over, one query a signal for all agencies and rules together, in steps of so many seconds.
// These are the collector's own questions and no tenant's: each row says whose it is, and goes to that agency's rules only.
import { ACTIVE_METRIC } from '@narrows/contract';
import { COUNTS_FOR_SERVICE, IS_OPEN, type StoreReader } from './question.js';

export interface StepRow { agency: string; at: number; pipeline: string; stage: string; channel: string; service: string }
export interface EndedStep extends StepRow { completions: number; errors: number; residenceMs: number; satisfied: number; tolerating: number }
export interface PercentileStep extends StepRow { ms: number[] }
export interface OpenStep extends StepRow { open: number }
export interface BegunStep extends StepRow { begun: number }
export interface OldestStep extends StepRow { oldestMs: number }
export interface OutcomeStep { agency: string; at: number; pipeline: string; outcome: string; count: number }
export interface MetricStep { agency: string; at: number; name: string; service: string; value: number }

export interface StepQuestion {
  agencies: readonly string[];
  /** Unix seconds, half open, on steps. Several where the same time of several days is asked for. */
  ranges: readonly { from: number; to: number }[];
  stepSeconds: number;
}

/** The question as SQL over a table with `Agency` and `At`. */
function asked({ agencies, ranges, stepSeconds }: StepQuestion, at = 'At', moment = (n: string) => `toDateTime({${n}:UInt32}, 'UTC')`): { where: string; step: string; params: Record<string, unknown> } {
  const params: Record<string, unknown> = { agencies, step: stepSeconds };
  const spans = ranges.map(({ from, to }, i) => {
    params[`from${i}`] = from;
    params[`to${i}`] = to;
    return `(${at} >= ${moment(`from${i}`)} AND ${at} < ${moment(`to${i}`)})`;
  });
  return { where: `Agency IN {agencies:Array(String)} AND (${spans.join(' OR ')})`, step: `intDiv(toUnixTimestamp(${at}), {step:UInt32}) * {step:UInt32} AS at`, params };
}

/** A row counts for its service where that is said, and for its stage and its channel where it has them. */
const placesOf = (countsForService: string): string => `ARRAY JOIN arrayConcat(if(${countsForService}, [('', '', '', toString(Service))], []), if(Stage = '', [], [(toString(Pipeline), toString(Stage), '', '')]),
  if(Stage = '' OR Channel = '', [], [(toString(Pipeline), toString(Stage), toString(Channel), '')])) AS place`;
const ENDED_PLACES = placesOf(COUNTS_FOR_SERVICE);
/** Every report of what is open does. */
const OPEN_PLACES = placesOf('1');
const PLACE = 'place.1 AS pipeline, place.2 AS stage, place.3 AS channel, place.4 AS service';
const agencyOf = 'toString(Agency) AS agency';

export function selectEndedSteps(store: StoreReader, question: StepQuestion): Promise<EndedStep[]> {
  const { where, step, params } = asked(question);
  return store.query<EndedStep>(`
    SELECT ${agencyOf}, ${step}, ${PLACE}, toFloat64(sum(Completions)) AS completions, toFloat64(sum(Errors)) AS errors,
      toFloat64(sum(ResidenceNanoSum)) / 1e6 AS residenceMs, toFloat64(sum(ApdexSatisfied)) AS satisfied, toFloat64(sum(ApdexTolerating)) AS tolerating
    FROM rollup_place_1s ${ENDED_PLACES} WHERE ${where} GROUP BY agency, at, place`, params);
}

export function selectPercentileSteps(store: StoreReader, question: StepQuestion): Promise<PercentileStep[]> {
  const { where, step, params } = asked(question);
  return store.query<PercentileStep>(`
    SELECT ${agencyOf}, ${step}, ${PLACE}, arrayMap(ns -> toFloat64(ns) / 1e6, quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(Durations)) AS ms
    FROM rollup_place_1s ${ENDED_PLACES} WHERE ${where} GROUP BY agency, at, place HAVING sum(Completions) > 0`, params);
}

/** Mean over the seconds in which each instance spoke, and the sum over instances. */
export function selectOpenSteps(store: StoreReader, question: StepQuestion): Promise<OpenStep[]> {
  const { where, step, params } = asked(question);
  return store.query<OpenStep>(`
    SELECT agency, at, pipeline, stage, channel, service, sum(instanceOpen) AS open FROM (
      SELECT agency, at, pipeline, stage, channel, service, instance, avg(secondOpen) AS instanceOpen FROM (
        SELECT agency, at, second, pipeline, stage, channel, service, instance, sum(seriesOpen) AS secondOpen FROM (
          SELECT ${agencyOf}, ${step}, At AS second, ${PLACE}, toString(Instance) AS instance, Operation, Kind, Band, State, Series, max(Highest) AS seriesOpen
          FROM rollup_metric_1s ${OPEN_PLACES} WHERE ${where} AND ${IS_OPEN} GROUP BY agency, at, second, place, instance, Operation, Kind, Band, State, Series
        ) GROUP BY agency, at, second, pipeline, stage, channel, service, instance
      ) GROUP BY agency, at, pipeline, stage, channel, service, instance
    ) GROUP BY agency, at, pipeline, stage, channel, service`, params);
}

export function selectBegunSteps(store: StoreReader, question: StepQuestion): Promise<BegunStep[]> {
  const { where, step, params } = asked(question);
  return store.query<BegunStep>(`SELECT ${agencyOf}, ${step}, ${PLACE}, sum(Added) AS begun FROM rollup_metric_1s ${OPEN_PLACES} WHERE ${where} AND MetricName = '${ACTIVE_METRIC.begun}' GROUP BY agency, at, place`, params);
}

export function selectOldestSteps(store: StoreReader, question: StepQuestion): Promise<OldestStep[]> {
  const { where, step, params } = asked(question);
  return store.query<OldestStep>(`SELECT ${agencyOf}, ${step}, ${PLACE}, max(Highest) AS oldestMs FROM rollup_metric_1s ${OPEN_PLACES} WHERE ${where} AND MetricName = '${ACTIVE_METRIC.oldestMs}' GROUP BY agency, at, place`, params);
}

export function selectOutcomeSteps(store: StoreReader, question: StepQuestion): Promise<OutcomeStep[]> {
  const { where, step, params } = asked(question);
  return store.query<OutcomeStep>(`
    SELECT ${agencyOf}, ${step}, toString(Pipeline) AS pipeline, toString(Outcome) AS outcome, toFloat64(sum(Count)) AS count
    FROM rollup_people_10s WHERE ${where} AND Outcome != '' GROUP BY agency, at, pipeline, outcome`, params);
}

/** Gauges of these names: the last value of each series in a step, added up by service. */
export function selectMetricSteps(store: StoreReader, question: StepQuestion & { names: readonly string[] }): Promise<MetricStep[]> {
  const { where, step, params } = asked(question, 'TimeUnix', (n) => `fromUnixTimestamp64Milli(toInt64({${n}:UInt32}) * 1000)`);
  return store.query<MetricStep>(`
    SELECT agency, at, name, service, sum(value) AS value FROM (
      SELECT ${agencyOf}, ${step}, toString(MetricName) AS name, toString(ServiceName) AS service, Instance, cityHash64(Attributes) AS series, argMax(Value, TimeUnix) AS value
      FROM otel_metrics_gauge WHERE ${where} AND MetricName IN {names:Array(String)} GROUP BY agency, at, name, service, Instance, series
    ) GROUP BY agency, at, name, service`, { ...params, names: question.names });
}
