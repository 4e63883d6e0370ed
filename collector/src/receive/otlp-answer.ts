// Answers of OTLP/HTTP in the encoding of the request: Export…ServiceResponse after success, google.rpc.Status after
// a fault. Both are two fields at most, written by hand.
import type { Encoding, IngestResult, NarrowsError } from '@narrows/contract';

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** Names of the rejected count in JSON, by signal. In protobuf all three are field 1 of partial_success. */
const REJECTED_FIELD = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords' } as const;

/**
 * Source: opentelemetry-proto v1.x, collector/{trace,metrics,logs}/v1 — Export*ServiceResponse
 *   1 partial_success { 1 rejected_* int64 · 2 error_message string }; absent when everything was taken.
 */
export function successAnswer(signal: keyof typeof REJECTED_FIELD, encoding: Encoding, result: IngestResult): Buffer {
  if (result.rejected === 0) return encoding === 'json' ? Buffer.from('{}') : Buffer.alloc(0);
  if (encoding === 'json') {
    return Buffer.from(JSON.stringify({ partialSuccess: { [REJECTED_FIELD[signal]]: String(result.rejected), errorMessage: result.rejectedMessage } }));
  }
  const partial = Buffer.concat([Buffer.from([0x08, ...varint(result.rejected)]), textField(0x12, result.rejectedMessage)]);
  return Buffer.concat([Buffer.from([0x0a, ...varint(partial.length)]), partial]);
}

/** Source: google/rpc/status.proto — 1 code int32 (gRPC code) · 2 message string. */
export function statusAnswer(encoding: Encoding, error: NarrowsError): Buffer {
  const message = `${error.code}: ${error.message}. ${error.spec.doc}`;
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code: error.spec.grpc, message }));
  return Buffer.concat([Buffer.from([0x08, ...varint(error.spec.grpc)]), textField(0x12, message)]);
}

function textField(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]);
}

/** Unsigned; numbers here are counts and lengths below 2^53. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
