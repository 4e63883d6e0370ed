// What an answer of the upstream means for the request that got it. The rule: nothing leaves the relay's disk unless a
// collector said that it has it, or that it will never take these very bytes. Whatever else answers, a proxy, a wrong
// address, a page that wants a login, is told apart from that.

export interface HttpAnswer { status: number; contentType: string; retryAfter: string | undefined; body: Uint8Array }

export type Outcome =
  /** Stored, except for so many items that the collector refused. */
  | { kind: 'accepted'; rejected: number; because: string }
  /** The same again, not before the time given. `isFault`: it may be these bytes that it stumbles over. */
  | { kind: 'later'; waitMs: number; isFault: boolean; because: string }
  /** These bytes will never be taken. */
  | { kind: 'refused'; because: string }
  /** Nothing from this relay is taken, as it is set up: a key, an address, a certificate. */
  | { kind: 'unwelcome'; because: string };

/** A collector that says "come back tomorrow" is not believed. */
const RETRY_AFTER_MS_MAX = 60_000;
const LATER: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

export function outcomeOf({ status, contentType, retryAfter, body }: HttpAnswer): Outcome {
  const isOtlp = /^application\/(x-)?protobuf\b/i.test(contentType);
  if (status === 200) {
    if (isOtlp) return { kind: 'accepted', ...readPartialSuccess(body) };
    return { kind: 'unwelcome', because: `the upstream answers 200 with ${contentType || 'no content type'}: that is no OTLP collector` };
  }
  const because = `${status}${isOtlp ? ` ${readStatusMessage(body)}` : ''}`;
  if (LATER.has(status)) return { kind: 'later', waitMs: retryAfterMs(retryAfter), isFault: status === 500, because };
  // A refusal is believed only in the words of OTLP; a proxy that does not like the request is none of the sender's fault.
  return { kind: REFUSED.has(status) && isOtlp ? 'refused' : 'unwelcome', because };
}

/** Seconds, as OTLP has it; a date would need both clocks to be right. */
function retryAfterMs(header: string | undefined): number {
  const seconds = header !== undefined && /^\d{1,9}$/.test(header.trim()) ? Number(header) : 0;
  return Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX);
}

/** Source: collector/…/v1 Export*ServiceResponse: 1 partial_success { 1 rejected_* int64 · 2 error_message string }. */
function readPartialSuccess(body: Uint8Array): { rejected: number; because: string } {
  const partial = fieldsOf(body).get(1);
  const fields = partial instanceof Uint8Array ? fieldsOf(partial) : new Map<number, number | Uint8Array>();
  const rejected = fields.get(1);
  return { rejected: typeof rejected === 'number' ? rejected : 0, because: textOf(fields.get(2)) };
}

/** Source: google/rpc/status.proto: 1 code int32 · 2 message string. */
function readStatusMessage(body: Uint8Array): string { return textOf(fieldsOf(body).get(2)); }

const textOf = (field: number | Uint8Array | undefined) => (field instanceof Uint8Array ? Buffer.from(field).toString('utf8').slice(0, 300) : '');

/** Varint and length-delimited fields of a short message, the last of each number; stops where it makes no sense. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) === 0) fields.set(tag >>> 3, value);
    else if ((tag & 7) === 2 && at + value <= bytes.length) fields.set(tag >>> 3, bytes.subarray(at, at += value));
    else break;
  }
  return fields;
}
