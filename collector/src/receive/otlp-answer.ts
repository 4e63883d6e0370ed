// Answers of OTLP in the encoding of the request: Export…ServiceResponse after success, google.rpc.Status after a fault.
// Both are three fields at most, written by hand.
import { STATUS_CODES } from 'node:http';
import type { Encoding, IngestResult, NarrowsError } from '@narrows/contract';

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** Where a retryable error does not say when. */
export const RETRY_AFTER_SECONDS = 1;

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
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code: error.spec.grpc, message: statusText(error) }));
  return Buffer.concat([Buffer.from([0x08, ...varint(error.spec.grpc)]), textField(0x12, statusText(error))]);
}

/** For whoever did not get as far as a request: the same in words, straight onto the socket. */
export function plainAnswer(error: NarrowsError): string {
  const text = `${statusText(error)}\n`;
  return `HTTP/1.1 ${error.spec.http} ${STATUS_CODES[error.spec.http]}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`;
}

/** What happened, and what to do about it. */
export const statusText = (error: NarrowsError) => `${error.code}: ${error.message}. ${error.spec.doc}`;

/**
 * For `grpc-status-details-bin`, which OTLP clients look into for the time to wait.
 *
 * Source: google/rpc/status.proto — 3 details Any { 1 type_url · 2 value }
 *         google/rpc/error_details.proto — RetryInfo { 1 retry_delay Duration { 1 seconds int64 } }
 */
export function statusWithRetryInfo(error: NarrowsError): Buffer {
  const duration = Buffer.from([0x08, ...varint(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS)]);
  const any = Buffer.concat([textField(0x0a, 'type.googleapis.com/google.rpc.RetryInfo'), bytesField(0x12, bytesField(0x0a, duration))]);
  return Buffer.concat([statusAnswer('protobuf', error), bytesField(0x1a, any)]);
}

const textField = (tag: number, text: string) => bytesField(tag, Buffer.from(text));
const bytesField = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]);

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
