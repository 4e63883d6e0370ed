// Which service answers under an address: a client span says `127.0.0.1:4102`, and the server span whose parent it is
// says who that was. A few spans of each address are enough, so the join stays small however much is stored.
import type { Asker, Range } from './question.js';

/**
 * Client spans looked at for each address, from anywhere in the range: of the newest ones the callee's exporter may not have sent its span
 * yet. More than one, since some callees are not traced on every call.
 */
const SPANS_PER_PEER = 8;

/** Address → service, for addresses called within the range whose callee reported a span of that call. */
export async function selectServiceOfPeer(asker: Asker, range: Range): Promise<ReadonlyMap<string, string>> {
  const inRange = 'Agency = {agency:String} AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})';
  const rows = await asker.query<{ peer: string; service: string }>(`
    WITH calls AS (
      SELECT SpanId, toString(Peer) AS peer FROM otel_traces WHERE ${inRange} AND PeerKind != '' AND PeerKind != 'sql'
      ORDER BY cityHash64(SpanId) LIMIT ${SPANS_PER_PEER} BY Peer
    )
    SELECT calls.peer AS peer, any(toString(served.ServiceName)) AS service
    FROM (SELECT ParentSpanId, ServiceName FROM otel_traces WHERE ${inRange} AND Transaction = 1 AND ParentSpanId IN (SELECT SpanId FROM calls)) AS served
    INNER JOIN calls ON served.ParentSpanId = calls.SpanId
    GROUP BY peer`, { fromMs: range.fromMs, toMs: range.toMs });
  return new Map(rows.map((r) => [r.peer, r.service]));
}
