// What cause ranking reads: raw spans, log records and gauges of the window in question and of a baseline in which all
// was well. Whole traces only, as many as the limits allow. `null` means "not reported" and is never taken for zero.
import type { UnixMs } from './units.js';

export interface CauseSpan {
  traceId: string;
  spanId: string;
  /** '' for a root. */
  parentSpanId: string;
  service: string;
  instance: string;
  name: string;
  /** `Server`, `Client`, `Internal`, `Producer`, `Consumer`, `Unspecified`. */
  kind: string;
  /** Milliseconds since the window's begin, with fraction. Clocks of different hosts may differ. */
  startMs: number;
  durationMs: number;
  isError: boolean;
  /** Address of the called one for client spans; ''. */
  peer: string;
}

export interface CauseLog {
  /** '' where the record was written outside of any trace. */
  traceId: string;
  spanId: string;
  service: string;
  instance: string;
  /** OpenTelemetry severity number: 17 and above is an error; 0: not said. */
  severity: number;
  body: string;
  atMs: UnixMs;
}

/** A measurement of one instance. Cumulative sums come as the rate per second between two points. */
export interface CauseGauge { service: string; instance: string; metric: string; atMs: UnixMs; value: number }

export interface CauseWindow {
  fromMs: UnixMs;
  toMs: UnixMs;
  spans: readonly CauseSpan[];
  logs: readonly CauseLog[];
  /** Traces of the window, and how many of them are in `spans`. */
  tracesSeen: number;
  tracesRead: number;
}

export interface CauseInput {
  now: CauseWindow;
  baseline: CauseWindow;
  /** The one who asks says that this was normal; else the judge chose it, and knows only that something happened then. */
  isBaselineGiven: boolean;
  /** Of both windows and of the minutes before them. */
  gauges: readonly CauseGauge[];
  timeZone: string;
}
