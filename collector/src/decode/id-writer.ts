// Trace and span ids as the OpenTelemetry exporter stores them: lower-case hex, the empty string for none.
import type { ByteBuffer } from './byte-buffer.js';

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;

/** Append source[start, end) as a Native string of hex digits. Only for ids: at most 16 bytes. */
export function writeHexId(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
  out.pushByte((end - start) * 2);
  out.pushHex(source, start, end);
}

export function isZeroId(source: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (source[i] !== 0) return false;
  return true;
}

/** An id that is absent or whole. Anything else was cut or made up by the sender. */
export function isIdLength(length: number, expected: number): boolean { return length === 0 || length === expected; }
