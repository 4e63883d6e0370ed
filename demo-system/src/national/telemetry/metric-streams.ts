// Data points of many metrics, made from templates once a second, and put together into the metrics of one scope: the points
// of a metric stand in its gauge or sum, whose length is only known when all are there.
import { varintBytes, writeHead } from './export-request.js';
import type { PatchValues } from './patch-values.js';
import { ProtobufWriter, type AttributeValue } from './protobuf-writer.js';
import { Template, TemplateStream } from './template-stream.js';

export interface MetricSpec { name: string; unit: string; description: string; /** A sum of what came since the last report; else a gauge. */ delta: boolean }

const METRICS_FIELD = 2;
const GAUGE_FIELD = 5;
const SUM_FIELD = 7;
const POINTS_FIELD = 1;

/** A data point: its attributes, from when, when, and the value. */
export function pointTemplate(attributes: Readonly<Record<string, AttributeValue | undefined>>): Template {
  const writer = new ProtobufWriter();
  writer.message(POINTS_FIELD, () => {
    writer.eight(2, 'start');
    writer.eight(3, 'end');
    writer.eight(4, 'value');
    writer.attributes(7, attributes);
  });
  return new Template(writer);
}

export class MetricStream {
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #field: number;
  readonly #points = new TemplateStream(1 << 12);

  constructor({ name, unit, description, delta }: MetricSpec) {
    const head = new ProtobufWriter();
    head.text(1, name);
    head.text(2, description);
    head.text(3, unit);
    this.#head = head.bytes;
    const tail = new ProtobufWriter();
    if (delta) { tail.unsigned(2, 1); tail.unsigned(3, 1); }
    this.#tail = tail.bytes;
    this.#field = delta ? SUM_FIELD : GAUGE_FIELD;
  }

  add(template: Template, values: PatchValues): void { this.#points.add(template, values); }

  /** All points so far as one metric, into the metrics of a scope. */
  flushInto(scope: TemplateStream): void {
    const { length, items, bytes } = this.#points;
    if (items === 0) return;
    const data = length + this.#tail.length;
    const metric = this.#head.length + 1 + varintBytes(data) + data;
    const heads = new Uint8Array(24);
    const first = writeHead(heads, 0, METRICS_FIELD, metric);
    const second = writeHead(heads, first, this.#field, data);
    scope.addPieces([heads.subarray(0, first), this.#head, heads.subarray(first, second), bytes.subarray(0, length), this.#tail], items);
    this.#points.clear();
  }
}
