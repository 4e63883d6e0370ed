// Test support: what the rollups must say, computed twice without them: by the views' own SELECTs over all raw rows at
// once, and for spans by brute force in JavaScript. The first shows that loads are rolled up once, the second that the
// SQL means what the contract says.
import { hitmapCell } from '@narrows/contract';
import type { StoreReader } from '../dist/store/store.js';

export { rollupsAndOracles } from '../../bench/soak/rollups-from-raw.mjs';

interface Span {
  Agency: string; Pipeline: string; Stage: string; Channel: string; ServiceName: string; Transaction: number; EndNano: string; DurationNano: string;
  StatusCode: string; DownstreamNano: number; Peer: string; PeerKind: string; Outcome: string; Person: string;
}
const SPANS = 'SELECT *, toString(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) AS EndNano, toString(Duration) AS DurationNano FROM otel_traces';

function add(into: Record<string, number>, key: readonly unknown[], amount = 1): void {
  if (amount !== 0) into[key.join('|')] = (into[key.join('|')] ?? 0) + amount;
}

/** Counts of spans by the keys of three rollups, one `key → count` each, by hand. */
export async function countsByHand(store: StoreReader): Promise<Record<'place' | 'errors' | 'satisfied' | 'downstream' | 'hitmap' | 'people', Record<string, number>>> {
  const counts = { place: {}, errors: {}, satisfied: {}, downstream: {}, hitmap: {}, people: {} };
  for (const span of await store.query<Span>(SPANS)) {
    const at = (step: number): string => String(BigInt(span.EndNano) / 1_000_000_000n / BigInt(step) * BigInt(step));
    const error = span.StatusCode === 'Error';
    const durationMs = Number(span.DurationNano) / 1e6;
    const stage = [span.Pipeline, span.Stage, span.Channel, span.ServiceName];
    if (span.Stage !== '' || span.Transaction === 1 || span.PeerKind !== '') {
      const key = [span.Agency, at(1), ...stage, span.Transaction, span.Peer, span.PeerKind];
      add(counts.place, key);
      add(counts.errors, key, Number(error));
      add(counts.satisfied, key, Number(durationMs <= 1_200 && !error));
      add(counts.downstream, key, Math.max(0, span.DownstreamNano));
    }
    if (span.Transaction === 1 || span.Stage !== '') add(counts.hitmap, [span.Agency, at(5), ...stage, span.Transaction, hitmapCell(durationMs), error]);
    if (span.Pipeline !== '') add(counts.people, [span.Agency, at(10), span.Pipeline, span.Outcome, span.Stage]);
  }
  return counts;
}

/** The same counts as the rollups have them. */
export async function countsOfRollups(store: StoreReader): Promise<Awaited<ReturnType<typeof countsByHand>>> {
  const ask = async (table: string, keys: string, sum: string): Promise<Record<string, number>> => {
    const rows = await store.query<{ key: string; n: number }>(
      `SELECT concatWithSeparator('|', ${keys}) AS key, ${sum} AS n FROM ${table} GROUP BY key HAVING n != 0`,
    );
    return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
  };
  const at = 'toString(toUnixTimestamp(At))';
  const place = `Agency, ${at}, Pipeline, Stage, Channel, Service, toString(Transaction)`;
  const cells = `${place}, toString(Cell)`;
  const calls = `${place}, Peer, PeerKind`;
  return {
    place: await ask('rollup_place_1s', calls, 'sum(Completions)'),
    errors: await ask('rollup_place_1s', calls, 'sum(Errors)'),
    satisfied: await ask('rollup_place_1s', calls, 'sum(ApdexSatisfied)'),
    downstream: await ask('rollup_place_1s', calls, 'sum(DownstreamNanoSum)'),
    hitmap: { ...await ask('rollup_hitmap_5s', `${cells}, 'true'`, 'sum(Error)'), ...await ask('rollup_hitmap_5s', `${cells}, 'false'`, 'sum(Ok)') },
    people: await ask('rollup_people_10s', `Agency, ${at}, Pipeline, Outcome, Stage`, 'sum(Count)'),
  };
}
