// The two headers by which a relay names what it forwards. The name decides what counts as sent before, for good, so
// half a name or a wrong one is refused and never guessed at.
import type { IncomingHttpHeaders } from 'node:http';
import { NarrowsError, type RelayOrigin } from '@narrows/contract';

const RELAY = 'x-narrows-relay';
const SEQUENCE = 'x-narrows-sequence';

/** Undefined for a request that no relay has forwarded. Errors: RELAY_ORIGIN. */
export function relayOriginOf(headers: IncomingHttpHeaders): RelayOrigin | undefined {
  const { [RELAY]: relay, [SEQUENCE]: sequence } = headers;
  if (relay === undefined && sequence === undefined) return undefined;
  if (typeof relay !== 'string' || !/^[a-z0-9-]{1,64}$/.test(relay)) throw new NarrowsError('RELAY_ORIGIN', `${RELAY} is ${shown(relay)}`);
  if (typeof sequence !== 'string' || !/^\d{1,16}$/.test(sequence) || !Number.isSafeInteger(Number(sequence))) throw new NarrowsError('RELAY_ORIGIN', `${SEQUENCE} is ${shown(sequence)}`);
  return { relay, sequence: Number(sequence) };
}

const shown = (value: string | string[] | undefined) => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80));
