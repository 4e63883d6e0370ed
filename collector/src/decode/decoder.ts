// The decode room's door: an admitted request in, column blocks out. It is synchronous and keeps its buffers from one
// request to the next; a request that throws leaves nothing behind, because the next one begins by emptying them.
import type { AdmittedRequest, DecodedRequest, PersonalDataKinds, PipelineDefinition, Signal } from '@narrows/contract';
import { BlockBuffers } from './block-buffers.js';
import type { ByteBuffer } from './byte-buffer.js';
import { UNLIMITED_KEYS, type KeyBudget } from './key-budget.js';
import { transcodeJson } from './json-transcoder.js';
import { LogDecoder } from './logs.js';
import { MetricDecoder } from './metrics.js';
import type { FinishedBlock } from './native-block.js';
import { NotableTraces } from './notable-traces.js';
import { PipelineMatcher } from './pipeline-matcher.js';
import { RequestContext } from './request-context.js';
import { TraceDecoder } from './traces.js';

const ALREADY = (): void => undefined;

export interface DecoderOptions {
  /** Pipelines of an agency. The same array must come back until they change: what it compiles to is kept under it. */
  pipelines: (agency: string) => readonly PipelineDefinition[];
  /** Personal numbers that are masked; all kinds unless said. */
  redact?: PersonalDataKinds;
  /** How many different keys an agency may have; left out: as many as it likes. */
  budgetOf?: (agency: string) => KeyBudget;
  /** Say of each request which traces are worth keeping under overload. */
  noteTraces?: boolean;
}

export interface Decoder {
  /**
   * Decode one OTLP export request into Native blocks, one a table, redacted and placed in the agency's pipelines.
   *
   * Source: opentelemetry-proto v1.x, collector/{trace,metrics,logs}/v1; JSON as of the OTLP specification
   * Shape:  inflated body, ≤ LIMITS.requestBytesMax → blocks that belong to the caller
   * Errors: DECODE_TRUNCATED, DECODE_MALFORMED, DECODE_TOO_DEEP, REQUEST_TOO_LARGE, all permanent; nothing of the request is kept
   * Cost:   protobuf in one pass, O(bytes), no object per item; JSON is written as protobuf first
   */
  decode(request: AdmittedRequest): DecodedRequest;
}

export function createDecoder(options: DecoderOptions): Decoder {
  const context = new RequestContext(options.redact);
  const buffers = new BlockBuffers();
  const signals: Record<Signal, { decode(out: ByteBuffer): FinishedBlock[] }> = {
    traces: new TraceDecoder(context), metrics: new MetricDecoder(context), logs: new LogDecoder(context),
  };
  const notableTraces = options.noteTraces ? new NotableTraces() : null;
  const matchers = new WeakMap<readonly PipelineDefinition[], PipelineMatcher>();
  const matcherOf = (definitions: readonly PipelineDefinition[]): PipelineMatcher => {
    const known = matchers.get(definitions) ?? new PipelineMatcher(definitions);
    matchers.set(definitions, known);
    return known;
  };

  return {
    decode(request) {
      const matcher = matcherOf(options.pipelines(request.agency));
      // A Buffer and a Uint8Array are two kinds of object to the engine; the hot loops shall see one.
      const body = new Uint8Array(request.bytes.buffer, request.bytes.byteOffset, request.bytes.length);
      const json = request.encoding === 'json' ? transcodeJson(request.signal, body) : null;
      context.begin(request, json?.bytes ?? body, matcher, options.budgetOf?.(request.agency) ?? UNLIMITED_KEYS);
      if (json) context.text.changed.invalidUtf8 = json.invalidUtf8;
      const out = buffers.take();
      const finished = signals[request.signal].decode(out);
      const content = buffers.contentOf(out);
      const blocks = finished.map(({ table, rows, from, to }) => ({ table, rows, bytes: content.subarray(from, to) }));
      const { agency, signal, batchId, receivedAtMs, origin } = request;
      return {
        agency, signal, batchId, receivedAtMs, origin, blocks, accepted: context.accepted, rejected: context.rejected, changed: { ...context.text.changed },
        ...notableTraces && signal === 'traces' && { notable: notableTraces.of(json?.bytes ?? body) },
        release: content === out.bytes ? buffers.releaseOf(out) : ALREADY,
      };
    },
  };
}
