// The collector's own metrics in its own store: now and then its families go through its own pipeline as an OTLP
// request of the agency `narrows`, which no key belongs to and no tenant sees. A report is left out while the store is
// away or the spool is half full: watching must not take the room of what is watched. It stands in the book of intake
// like any other request, under its own agency.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { NANO_PER_MS, SELF_AGENCY, type AdmittedRequest } from '@narrows/contract';
import type { MetricFamily } from './metric-family.js';

export interface SelfReportOptions {
  everyMs: number;
  families: () => MetricFamily[];
  accept: (request: AdmittedRequest) => Promise<unknown>;
  /** False: not now. */
  hasRoom: () => boolean;
  onError: (error: unknown) => void;
  now: () => number;
  version: string;
  /** Who reports, where it is not a collector that does. */
  service?: string;
  instance?: string;
}

/** Agencies and relays multiply the points; a report stays one small request. */
const POINTS_MAX = 2_000;

export class SelfReport {
  readonly #options: SelfReportOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #sinceMs: number;
  /** Tells collectors apart that share a store. */
  readonly #instance: string;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: SelfReportOptions) {
    this.#options = options;
    this.#sinceMs = options.now();
    this.#instance = options.instance ?? `${hostname()}-${randomBytes(4).toString('hex')}`;
    this.#timer = setInterval(() => { this.#sending = this.report(); }, options.everyMs).unref();
  }

  async report(): Promise<void> {
    const { families, accept, hasRoom, onError, now } = this.#options;
    if (!hasRoom()) return;
    const nowMs = now();
    try {
      await accept({
        agency: SELF_AGENCY, signal: 'metrics', encoding: 'json', receivedAtMs: nowMs, batchId: randomBytes(8).readBigUInt64LE(),
        bytes: Buffer.from(JSON.stringify(exportRequest(families(), { service: this.#options.service, instance: this.#instance, version: this.#options.version, sinceMs: this.#sinceMs, nowMs }))),
      });
    } catch (error) {
      onError(error); // A full spool among others; the next report carries the same sums.
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
  }
}

interface Report { service?: string | undefined; instance: string; version: string; sinceMs: number; nowMs: number }

/** OTLP/JSON ExportMetricsServiceRequest; names as in `/metrics`, so that a person finds a number under one name. */
export function exportRequest(families: readonly MetricFamily[], { service = 'narrows-collector', instance, version, sinceMs, nowMs }: Report): object {
  const startTimeUnixNano = nano(sinceMs);
  const timeUnixNano = nano(nowMs);
  let left = POINTS_MAX;
  const metrics = families.flatMap(({ name, kind, help, points }) => {
    const dataPoints = points.slice(0, left).map(({ labels, value }) => ({ asDouble: value, startTimeUnixNano, timeUnixNano, attributes: attributes(labels) }));
    left -= dataPoints.length;
    if (dataPoints.length === 0) return [];
    return [kind === 'counter' ? { name, description: help, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } } : { name, description: help, gauge: { dataPoints } }];
  });
  const resource = { attributes: attributes({ 'service.name': service, 'service.instance.id': instance, 'service.version': version }) };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'narrows', version }, metrics }] }] };
}

const nano = (ms: number): string => String(BigInt(Math.round(ms)) * BigInt(NANO_PER_MS));
const attributes = (labels: Readonly<Record<string, string>>) => Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
