// The decode room's door: an admitted request in, column blocks out. It is synchronous and keeps its buffers from one
// request to the next; a request that throws leaves nothing behind, because the next one begins by emptying them.
import type { AdmittedRequest, DecodedRequest, PersonalDataKinds, PipelineDefinition, Signal } from '@narrows/contract';
import { BlockBuffers } from './block-buffers.js';
import { joinBodies } from './bundle.js';
import { ByteBuffer } from './byte-buffer.js';
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

  /**
   * Decode several requests of one agency and signal as one: what every request costs by itself is paid once. Rows carry `batchId`.
   *
   * Shape:  protobuf bodies, none of them empty → blocks as of one request
   * Errors: none. Null where one of them would be refused, wholly or in part, or is framed in a way that nobody writes: then each is to be decoded alone
   */
  decodeBundle(requests: readonly AdmittedRequest[], batchId: bigint): DecodedRequest | null;
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

  const bodies = new ByteBuffer();

  function decodeBody(request: AdmittedRequest, body: Uint8Array, invalidUtf8: number, ends?: readonly number[]): DecodedRequest {
    const { agency, signal, batchId, receivedAtMs, origin } = request;
    context.begin(request, body, matcherOf(options.pipelines(agency)), options.budgetOf?.(agency) ?? UNLIMITED_KEYS, ends);
    context.text.changed.invalidUtf8 = invalidUtf8;
    const out = buffers.take();
    const finished = signals[signal].decode(out);
    const content = buffers.contentOf(out);
    const blocks = finished.map(({ table, rows, from, to }) => ({ table, rows, bytes: content.subarray(from, to) }));
    return {
      agency, signal, batchId, receivedAtMs, origin, blocks, accepted: context.accepted, rejected: context.rejected, changed: { ...context.text.changed },
      ...notableTraces && signal === 'traces' && { notable: notableTraces.of(body) },
      release: content === out.bytes ? buffers.releaseOf(out) : ALREADY,
    };
  }

  return {
    decode(request) {
      // A Buffer and a Uint8Array are two kinds of object to the engine; the hot loops shall see one.
      const body = new Uint8Array(request.bytes.buffer, request.bytes.byteOffset, request.bytes.length);
      if (request.encoding === 'protobuf') return decodeBody(request, body, 0);
      const { bytes, invalidUtf8 } = transcodeJson(request.signal, body);
      return decodeBody(request, bytes, invalidUtf8);
    },

    decodeBundle(requests, batchId) {
      const ends = joinBodies(requests, bodies);
      if (ends === null) return null;
      let decoded: DecodedRequest;
      try {
        decoded = decodeBody({ ...requests[0]!, batchId }, bodies.bytes.subarray(0, bodies.length), 0, ends);
      } catch {
        return null; // Whose fault it is shows when each is decoded alone, and so does a fault of ours.
      }
      if (Object.keys(decoded.rejected).length > 0) {
        decoded.release?.();
        return null;
      }
      decoded.bundled = requests.map(({ batchId: id }, index) => ({ batchId: id, accepted: context.acceptedTo[index]! - (context.acceptedTo[index - 1] ?? 0) }));
      return decoded;
    },
  };
}
