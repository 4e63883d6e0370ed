// Every error that Narrows answers with: its code, whether the same bytes may succeed later, its HTTP and gRPC status,
// and a sentence that says what to do. `docs/errors.md` is checked against this table. A code is thrown where the
// fault is found and mapped to a status once, at the border.

import type { FieldFault } from './field-fault.js';

export interface ErrorSpec { http: number; grpc: number; retryable: boolean; doc: string }

export const ERRORS = {
  DECODE_TRUNCATED: { http: 400, grpc: 3, retryable: false, doc: 'The protobuf body ends inside a field. Send the whole message; check proxies that cut bodies.' },
  DECODE_MALFORMED: { http: 400, grpc: 3, retryable: false, doc: 'The body is not the OTLP message that the path expects. Check the path (/v1/traces, /v1/metrics, /v1/logs) and the exporter\'s protocol.' },
  DECODE_TOO_DEEP: { http: 400, grpc: 3, retryable: false, doc: 'An attribute value is nested deeper than 64 levels. Flatten it before sending.' },
  CONTENT_ENCODING: { http: 400, grpc: 3, retryable: false, doc: 'The body does not inflate as its content-encoding says. Send gzip or no encoding.' },
  CONTENT_ENCODING_UNKNOWN: { http: 415, grpc: 12, retryable: false, doc: 'This content-encoding is not taken here; the answer names those that are. Send gzip or no encoding.' },
  CONTENT_TYPE: { http: 415, grpc: 3, retryable: false, doc: 'Send content-type application/x-protobuf or application/json.' },
  WRONG_PORT: { http: 400, grpc: 3, retryable: false, doc: 'gRPC came to the port for HTTP, or HTTP to the port for gRPC. OTLP over gRPC goes to port 4317, over HTTP to 4318, unless configured otherwise.' },
  KEY_MISSING: { http: 401, grpc: 16, retryable: false, doc: 'Send the ingestion key as "authorization: Bearer KEY" or "x-narrows-key: KEY".' },
  KEY_UNKNOWN: { http: 401, grpc: 16, retryable: false, doc: 'This ingestion key is unknown, expired or revoked. Ask the agency\'s administrator for a current one.' },
  KEY_SIGNAL: { http: 403, grpc: 7, retryable: false, doc: 'This ingestion key may not send this signal. Make one that may, or send only what the key is for.' },
  KEYS_UNAVAILABLE: { http: 503, grpc: 14, retryable: true, doc: 'The collector cannot read its keys just now, so it cannot know whose data this is. Nothing was acknowledged; retry after the time given, and look at the collector\'s log.' },
  RELAY_ORIGIN: { http: 400, grpc: 3, retryable: false, doc: 'A relay names its requests by "x-narrows-relay" (a-z, 0-9, "-", at most 64) together with "x-narrows-sequence" (a whole number from 0). Leave both out if this is no relay.' },
  REQUEST_TOO_LARGE: { http: 413, grpc: 8, retryable: false, doc: 'The request is larger than the limit after inflating. Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).' },
  REQUEST_TIMEOUT: { http: 408, grpc: 4, retryable: true, doc: 'The request was not there and answered before its deadline. It may have been stored all the same: send the same bytes again, they are stored once.' },
  RATE_LIMITED: { http: 429, grpc: 8, retryable: true, doc: 'This agency sends faster than it may, too many requests are in flight, or its share of the disk queue is full. Retry after the time given.' },
  SPOOL_FULL: { http: 503, grpc: 14, retryable: true, doc: 'The disk queue is full or cannot be written. Nothing was acknowledged; retry after the time given, and look at the collector\'s disk.' },
  META_UNAVAILABLE: { http: 503, grpc: 14, retryable: true, doc: 'The database of agencies, keys and people cannot be reached or brought up to date. Check NARROWS_META_URL, and that the server runs and lets this user create tables.' },
  STORE_UNAVAILABLE: { http: 503, grpc: 14, retryable: true, doc: 'The store does not answer. Data is still accepted into the spool; try the page again in a few seconds.' },
  STORE_QUERY: { http: 500, grpc: 13, retryable: false, doc: 'The store refused a query. This is a fault in Narrows; the log has the text of it.' },
  QUERY_TIMEOUT: { http: 504, grpc: 4, retryable: true, doc: 'The question took too long. Narrow the time range or add a filter.' },
  QUERY_INVALID: { http: 400, grpc: 3, retryable: false, doc: 'A parameter is missing or wrong; the message names it.' },
  FORM_INVALID: { http: 422, grpc: 3, retryable: false, doc: 'Something that was typed cannot be used; `fields` names each place and what is wrong there. Nothing was changed.' },
  SESSION_REQUIRED: { http: 401, grpc: 16, retryable: false, doc: 'Log in by the link that the collector printed at its start, or send an API token.' },
  LOGIN_LINK_USED: { http: 401, grpc: 16, retryable: false, doc: 'This login link was used already or has expired. Print a new one with "npx narrows login-link".' },
  LOGIN_FAILED: { http: 401, grpc: 16, retryable: false, doc: 'Login, password and code do not fit together. Which of them is wrong is not said. After five wrong tries the account is locked for a time that grows.' },
  LOGIN_LOCKED: { http: 429, grpc: 8, retryable: true, doc: 'This account is locked after wrong tries. Wait for the time given; whoever holds the collector\'s terminal comes in by "npx narrows login-link" meanwhile.' },
  SIGN_ON_FAILED: { http: 401, grpc: 16, retryable: false, doc: 'The sign-in at the provider did not come to an end: it took longer than ten minutes, was begun in another browser, or the provider refused it or answered what cannot be believed. Begin again; the collector\'s log has the reason under the request id.' },
  SIGN_ON_NO_ROLE: { http: 403, grpc: 7, retryable: false, doc: 'The provider knows this person, and none of the roles in NARROWS_SIGN_ON fits what it says of them. Ask the agency\'s administrator for an invitation, or the provider\'s for the group.' },
  SIGN_ON_TAKEN: { http: 409, grpc: 6, retryable: false, doc: 'This identity at the provider belongs to another account already, or this account to another identity. Log in by the provider, or disconnect it there first.' },
  SIGN_ON_UNAVAILABLE: { http: 503, grpc: 14, retryable: true, doc: 'The provider of single sign-on does not answer. Try again later or log in by password; the administrator checks issuer, caFile and the way there.' },
  INVITATION_USED: { http: 401, grpc: 16, retryable: false, doc: 'This invitation was used already or has expired. Ask whoever sent it for another.' },
  FORBIDDEN: { http: 403, grpc: 7, retryable: false, doc: 'This credential may not do that: an ingestion key cannot read, a session sees its own agency only, and a role may do what the table of permissions says. Ask the agency\'s administrator.' },
  CSRF: { http: 403, grpc: 7, retryable: false, doc: 'A change by a browser must carry the header x-narrows-csrf with the value that GET /api/v1/session gave. Reload the page; programs use an API token.' },
  NOT_FOUND: { http: 404, grpc: 5, retryable: false, doc: 'There is nothing under this address.' },
  METHOD_NOT_ALLOWED: { http: 405, grpc: 12, retryable: false, doc: 'OTLP is sent with POST.' },
  CONFIG_INVALID: { http: 500, grpc: 3, retryable: false, doc: 'The configuration has mistakes; all of them are listed with the value that was read.' },
  PORT_IN_USE: { http: 500, grpc: 14, retryable: false, doc: 'Another program listens on this port. Stop it or choose another with --port.' },
  DISK_FULL: { http: 503, grpc: 14, retryable: true, doc: 'There is not enough space in the data directory. Free some, or choose another with --data.' },
  DATA_DIR_LOCKED: { http: 500, grpc: 14, retryable: false, doc: 'Another collector uses this data directory. One directory serves one process.' },
  INTERNAL: { http: 500, grpc: 13, retryable: false, doc: 'An unexpected fault in Narrows; the log has the details. The same bytes would most likely meet it again, so no time to retry is given.' },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** An operating error. `message` says what happened here, with the offending value; the table says what to do. */
export class NarrowsError extends Error {
  readonly code: ErrorCode;
  /** Seconds for the Retry-After header of a retryable error. */
  readonly retryAfterSeconds: number | undefined;
  /** Of FORM_INVALID: what is wrong, field by field. */
  readonly fields: readonly FieldFault[] | undefined;
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number; fields?: readonly FieldFault[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NarrowsError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.fields = options.fields;
  }
  get spec(): ErrorSpec { return ERRORS[this.code]; }
  get retryable(): boolean { return ERRORS[this.code].retryable; }
}
