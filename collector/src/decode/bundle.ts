// Protobuf messages one behind the other are one message: its repeated fields hold those of all of them. So the bodies of
// several small requests are read as one, if each by itself is nothing but whole messages in field 1, as every exporter
// writes it. A body with anything else in it might reach into the next one, and is read alone.
// Source: Protocol Buffers encoding, "Last One Wins" (merging by concatenation)
import type { ByteBuffer } from './byte-buffer.js';

/** Field 1 with a length: ResourceSpans, ResourceMetrics or ResourceLogs of an export request. */
const GROUP_TAG = 1 << 3 | 2;
/** Four bytes of seven bits say more than a body may have. */
const LENGTH_BYTES_MAX = 4;

/** Write the bodies into `out` and tell where each ends; null if one of them cannot be read together with others. */
export function joinBodies(requests: readonly { bytes: Uint8Array }[], out: ByteBuffer): number[] | null {
  out.clear();
  const ends: number[] = [];
  for (const { bytes } of requests) {
    if (!isWholeGroups(bytes)) return null;
    out.pushBytes(bytes);
    ends.push(out.length);
  }
  return ends;
}

function isWholeGroups(body: Uint8Array): boolean {
  let pos = 0;
  while (pos < body.length) {
    if (body[pos++] !== GROUP_TAG) return false;
    let length = 0;
    for (let at = 0; ; at++) {
      const byte = body[pos++];
      if (byte === undefined || at === LENGTH_BYTES_MAX) return false;
      length |= (byte & 127) << 7 * at;
      if (byte < 128) break;
    }
    pos += length;
  }
  return pos === body.length && pos > 0;
}
