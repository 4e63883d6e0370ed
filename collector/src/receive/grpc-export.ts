// One OTLP export call over gRPC: metadata and a length-prefixed message in, Export…ServiceResponse or a status out.
// Whatever happens to the data itself is the entrance's, which this door shares with HTTP.
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { NarrowsError, type IngestResult, type Signal } from '@narrows/contract';
import { readPieces } from './body.js';
import type { Arrival, Entrance } from './entrance.js';
import { answerError, answerMessage } from './grpc-answer.js';
import { MessageReader, timeoutMsOf } from './grpc-wire.js';
import { parseContentEncoding } from './inflate.js';
import { successAnswer } from './otlp-answer.js';

/** For a call that brings no deadline, or a later one. */
const CALL_MS_MAX = 30_000;

export async function answerExport(entrance: Entrance, signal: Signal, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const known: { agency: string | null } = { agency: null };
  try {
    const timeoutMs = Math.min(timeoutMsOf(headers['grpc-timeout']) ?? CALL_MS_MAX, CALL_MS_MAX);
    const result = await withinMs(timeoutMs, takeCall(entrance, signal, { stream, headers, known }));
    answerMessage(stream, successAnswer(signal, 'protobuf', result));
  } catch (cause) {
    const error = entrance.refuse(cause, signal, known.agency);
    answerError(stream, error);
  }
}

interface Call { stream: ServerHttp2Stream; headers: IncomingHttpHeaders; /** Whose call it turned out to be, for the counters. */ known: { agency: string | null } }

/** Errors: those of the entrance and of reading; the memory of the call is free again when it settles, and not before. */
async function takeCall(entrance: Entrance, signal: Signal, { stream, headers, known }: Call): Promise<IngestResult> {
  const contentEncoding = parseContentEncoding(headers['grpc-encoding']);
  const arrival: Arrival = await entrance.admit({ signal, encoding: 'protobuf', contentEncoding, headers });
  known.agency = arrival.agency;
  try {
    const message = new MessageReader((bytes, compressed) => {
      if (compressed && contentEncoding === 'identity') throw new NarrowsError('CONTENT_ENCODING', 'the message says it is compressed, and grpc-encoding does not say how');
      if (!compressed) arrival.contentEncoding = 'identity';
      return entrance.expect(arrival, bytes);
    });
    await readPieces(stream, (piece) => message.push(piece));
    return await entrance.take(arrival, message.finish());
  } finally {
    arrival.reservation.release();
  }
}

/** Errors: REQUEST_TIMEOUT. What is under way goes on to its end: it may have become durable, and is then known when it is sent again. */
async function withinMs<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NarrowsError('REQUEST_TIMEOUT', `not done within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
