// A small shop of six services as traces of known truth: gateway → orders → { stock, payment → bank }, gateway → cart →
// { stock, bank }. A fault is what one service does otherwise; everything else, the noise included, is the same now and before.
import type { CauseGauge, CauseInput, CauseLog, CauseSpan, CauseWindow } from '@narrows/contract';

export interface Fault {
  /** Milliseconds more between any caller and this service. */
  delayed?: Record<string, number>;
  /** Times the own work of this service, and its calls take this many milliseconds more. */
  starved?: Record<string, number>;
  /** This service throws: an error span, an error log, nothing called any more; its callers log the failure and stop. */
  throwing?: Record<string, true>;
  /** This service skips its calls and says nothing. */
  returning?: Record<string, true>;
  /** Answers as ever, and its callers stop after it. */
  useless?: Record<string, true>;
  /** Reports no spans and no logs. */
  silent?: Record<string, true>;
  /** Clocks of services, in milliseconds. */
  skewed?: Record<string, number>;
}

interface Node { service: string; operation: string; ownMs: number; calls: readonly Node[] }
const stock: Node = { service: 'stock', operation: 'GET /stock', ownMs: 8, calls: [] };
const bank: Node = { service: 'bank', operation: 'POST /charge', ownMs: 20, calls: [] };
const payment: Node = { service: 'payment', operation: 'POST /pay', ownMs: 12, calls: [bank] };
const orders: Node = { service: 'orders', operation: 'POST /orders', ownMs: 15, calls: [stock, payment] };
const cart: Node = { service: 'cart', operation: 'GET /cart', ownMs: 10, calls: [stock, bank] };
const REQUESTS: readonly Node[] = [
  { service: 'gateway', operation: 'POST /orders', ownMs: 5, calls: [orders] },
  { service: 'gateway', operation: 'GET /cart', ownMs: 5, calls: [cart] },
];

/** A generator of numbers in [0, 1), the same for the same seed. Source: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Recorder {
  readonly spans: CauseSpan[] = [];
  readonly logs: CauseLog[] = [];
  #id = 0;

  constructor(readonly random: () => number, readonly fault: Fault, readonly fromMs: number) {}

  /** One execution; whether it failed, and how long it took. */
  run(node: Node, traceId: string, parentSpanId: string, atMs: number): { failed: boolean; tookMs: number } {
    const { fault, random } = this;
    const spanId = `${traceId}-${this.#id++}`;
    const starving = fault.starved?.[node.service] ?? 0;
    let tookMs = node.ownMs * (0.8 + 0.4 * random()) + (starving > 0 ? starving : 0);
    let failed = fault.throwing?.[node.service] === true;
    if (failed) this.#log(node, traceId, spanId, 17, `${node.service} failed: no such row ${Math.floor(random() * 1e6)}`, atMs);
    else this.#log(node, traceId, spanId, 9, `${node.operation} begun for ${Math.floor(random() * 1e6)}`, atMs);
    for (const callee of failed || fault.returning?.[node.service] === true ? [] : node.calls) {
      const [clientId, waitMs] = [`${traceId}-${this.#id++}`, 1 + random() + (fault.delayed?.[callee.service] ?? 0) + starving];
      const answer = this.run(callee, traceId, clientId, atMs + tookMs + waitMs / 2);
      this.#span(node, traceId, clientId, spanId, `call ${callee.service}`, 'Client', atMs + tookMs, answer.tookMs + waitMs, answer.failed);
      tookMs += answer.tookMs + waitMs;
      if (answer.failed || fault.useless?.[callee.service] === true) {
        if (answer.failed) this.#log(node, traceId, spanId, 17, `${node.service}: call of ${callee.service} failed`, atMs + tookMs);
        failed = answer.failed;
        break;
      }
    }
    this.#span(node, traceId, spanId, parentSpanId, node.operation, 'Server', atMs, tookMs, failed);
    return { failed, tookMs };
  }

  #span({ service }: Node, traceId: string, spanId: string, parentSpanId: string, name: string, kind: string, startMs: number, durationMs: number, isError: boolean): void {
    if (this.fault.silent?.[service] === true) return;
    this.spans.push({ traceId, spanId, parentSpanId, service, instance: `${service}-1`, name, kind, startMs: startMs + (this.fault.skewed?.[service] ?? 0), durationMs, isError, peer: '' });
  }

  #log({ service }: Node, traceId: string, spanId: string, severity: number, body: string, atMs: number): void {
    if (this.fault.silent?.[service] === true) return;
    this.logs.push({ traceId, spanId, service, instance: `${service}-1`, severity, body, atMs: this.fromMs + atMs });
  }
}

/** A window of the shop. `faultFrom`: share of the window that is over when the fault begins. */
export function shopWindow(seed: number, fault: Fault, { fromMs = 0, seconds = 60, traces = 120, faultFrom = 0 } = {}): CauseWindow {
  const random = randomOf(seed);
  const spans: CauseSpan[] = [];
  const logs: CauseLog[] = [];
  for (let i = 0; i < traces; i++) {
    const recorder = new Recorder(random, i >= faultFrom * traces ? fault : {}, fromMs);
    recorder.run(REQUESTS[random() < 0.6 ? 0 : 1]!, `${seed}-${i}`, '', (i / traces) * seconds * 1_000);
    spans.push(...recorder.spans);
    logs.push(...recorder.logs);
  }
  return { fromMs, toMs: fromMs + seconds * 1_000, spans, logs, tracesSeen: traces, tracesRead: traces };
}

export const SERVICES = ['gateway', 'orders', 'cart', 'stock', 'payment', 'bank'] as const;

/** One value a minute for each instance; `burning` uses ten times as much in the window. */
export function shopGauges(seed: number, burning: string | null, windowFromMs: number): CauseGauge[] {
  const random = randomOf(seed);
  return SERVICES.flatMap((service, i) => Array.from({ length: 16 }, (_, minute): CauseGauge => {
    const atMs = windowFromMs + (minute - 12) * 60_000 + 20_000;
    const usual = (0.01 + 0.01 * i) * (0.8 + 0.4 * random());
    return { service, instance: `${service}-1`, metric: 'container.cpu.usage', atMs, value: service === burning && minute >= 12 ? usual * 10 : usual };
  }));
}

const BEGAN_MS = 1_700_000_000_000;

export function shopInput(seed: number, fault: Fault, burning: string | null = null, options: { traces?: number; faultFrom?: number } = {}): CauseInput {
  const fromMs = BEGAN_MS + 600_000;
  return {
    now: shopWindow(seed, fault, { fromMs, ...options }), baseline: shopWindow(seed + 1_000, {}, { fromMs: BEGAN_MS, traces: options.traces ?? 120 }), isBaselineGiven: false,
    gauges: shopGauges(seed, burning, fromMs), timeZone: 'UTC',
  };
}
