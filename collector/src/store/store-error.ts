// The engine's errors → ours. Retryable: the store is away, overloaded or out of disk, and the same bytes may pass later.
// Everything else the store refused for good, and repeating it would only repeat the refusal.
import { ClickHouseError } from '@clickhouse/client';
import { NarrowsError, type ErrorCode } from '@narrows/contract';

/** Numbers of ClickHouse's own error table. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  '159': 'QUERY_TIMEOUT', // TIMEOUT_EXCEEDED
  '160': 'QUERY_TIMEOUT', // TOO_SLOW
  '158': 'QUERY_TIMEOUT', // TOO_MANY_ROWS
  '307': 'QUERY_TIMEOUT', // TOO_MANY_BYTES
  '394': 'STORE_UNAVAILABLE', // QUERY_WAS_CANCELLED
  '202': 'STORE_UNAVAILABLE', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209': 'STORE_UNAVAILABLE', // SOCKET_TIMEOUT
  '210': 'STORE_UNAVAILABLE', // NETWORK_ERROR
  '225': 'STORE_UNAVAILABLE', // NO_ZOOKEEPER
  '241': 'STORE_UNAVAILABLE', // MEMORY_LIMIT_EXCEEDED
  '242': 'STORE_UNAVAILABLE', // TABLE_IS_READ_ONLY
  '252': 'STORE_UNAVAILABLE', // TOO_MANY_PARTS
  '285': 'STORE_UNAVAILABLE', // TOO_FEW_LIVE_REPLICAS
  '319': 'STORE_UNAVAILABLE', // UNKNOWN_STATUS_OF_INSERT
  '999': 'STORE_UNAVAILABLE', // KEEPER_EXCEPTION
  '243': 'DISK_FULL', // NOT_ENOUGH_SPACE
};

/** The engine repeats the statement in its errors, and one may be megabytes long; an error is for the log. */
const MESSAGE_CHARS_MAX = 2_000;

/** `doing` names the statement for the log, e.g. `load of otel_traces`. */
export function storeError(error: unknown, doing: string): NarrowsError {
  if (error instanceof NarrowsError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const { message } = cause;
  if (message.length <= MESSAGE_CHARS_MAX) return new NarrowsError(codeOf(cause), `${doing}: ${message}`, { cause, retryAfterSeconds: 2 });
  const short = `${message.slice(0, MESSAGE_CHARS_MAX / 2)} … ${message.slice(-MESSAGE_CHARS_MAX / 2)}`;
  return new NarrowsError(codeOf(cause), `${doing}: ${short}`, { cause: new Error(short), retryAfterSeconds: 2 });
}

function codeOf(error: Error): ErrorCode {
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || error.message.includes('The user aborted a request')) return 'QUERY_TIMEOUT';
  if (error.message.includes('No space left on device')) return 'DISK_FULL';
  const number = error instanceof ClickHouseError ? error.code : /Code: (\d+)\./.exec(error.message)?.[1];
  // Without a number it is not the engine that answered: a closed socket, a proxy, a name that does not resolve.
  return number === undefined ? 'STORE_UNAVAILABLE' : CODES[number] ?? 'STORE_QUERY';
}
