// The two answers of a gRPC call, on the HTTP/2 stream that it came by: a message with OK in the trailers, or a status
// alone in the headers. Whoever has left in the meantime gets neither.
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { NarrowsError } from '@narrows/contract';
import { ENCODINGS_TAKEN } from './inflate.js';
import { statusText, statusWithRetryInfo } from './otlp-answer.js';
import { frame, GRPC_STATUS, percentEncoded } from './grpc-wire.js';

const HEADERS = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': `identity, ${ENCODINGS_TAKEN}` } as const;
const gone = (stream: ServerHttp2Stream) => stream.destroyed || stream.closed || stream.headersSent;

/** Headers now, messages as they come, OK in the trailers when the stream ends. */
export function beginMessages(stream: ServerHttp2Stream): void {
  if (gone(stream)) return;
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': GRPC_STATUS.ok }));
}

export function answerMessage(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (gone(stream)) return;
  beginMessages(stream);
  stream.end(frame(message));
}

export function answerStatus(stream: ServerHttp2Stream, status: number, message: string, more: Readonly<Record<string, string>> = {}): void {
  if (gone(stream)) return;
  stream.respond({ ...HEADERS, 'grpc-status': status, 'grpc-message': percentEncoded(message), ...more }, { endStream: true });
  // The sender need not go on with a request that has its answer.
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

/** RetryInfo goes with what a retry may help, and with nothing else: clients take it for "send again". */
export function answerError(stream: ServerHttp2Stream, error: NarrowsError): void {
  // What HTTP calls an unknown address is an unknown method here.
  const status = error.code === 'NOT_FOUND' ? GRPC_STATUS.unimplemented : error.spec.grpc;
  const details: Record<string, string> = error.retryable ? { 'grpc-status-details-bin': statusWithRetryInfo(error).toString('base64') } : {};
  answerStatus(stream, status, statusText(error), details);
}
