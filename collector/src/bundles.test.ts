// Which requests are taken together, on an event loop of our own: its turn ends when the test says so.
import { expect, test } from 'vitest';
import type { AdmittedRequest, IngestResult } from '@narrows/contract';
import { BUNDLE, Bundles, SMALL_BYTES_MAX } from './bundles.js';

const request = (batchId: number, over: Partial<AdmittedRequest> = {}): AdmittedRequest => (
  { agency: 'a', signal: 'traces', encoding: 'protobuf', bytes: new Uint8Array(100), receivedAtMs: 0, batchId: BigInt(batchId), ...over });
const taken = (accepted: number): IngestResult => ({ accepted, rejected: 0, rejectedMessage: '', duplicate: false });

/** `log`: batches that were taken together, or alone. */
function open({ mayBundle = () => true, refuses = () => false }: { mayBundle?: (id: number) => boolean; refuses?: (ids: number[]) => boolean } = {}) {
  const log: (number | number[])[] = [];
  let turn: (() => void)[] = [];
  const bundles = new Bundles({
    mayBundle: ({ batchId }) => mayBundle(Number(batchId)),
    takeOne: async ({ batchId }) => { log.push(Number(batchId)); return taken(1); },
    takeBundle: (requests) => {
      const ids = requests.map(({ batchId }) => Number(batchId));
      if (refuses(ids)) return null;
      log.push(ids);
      return ids.map(async (id) => taken(1_000 + id));
    },
    afterOthers: (callback) => { turn.push(callback); },
  });
  return { bundles, log, endTurn: () => { const callbacks = turn; turn = []; for (const callback of callbacks) callback(); return callbacks.length; } };
}

test('what comes in during one turn is taken together, by agency and signal, and each is told its own', async () => {
  const { bundles, log, endTurn } = open();
  const results = [request(1), request(2, { signal: 'logs' }), request(3), request(4, { agency: 'b' }), request(5, { signal: 'logs' })].map((one) => bundles.take(one));
  expect(log).toEqual([]);
  expect(endTurn()).toBe(1);
  expect(log).toEqual([[1, 3], [2, 5], 4]);
  expect((await Promise.all(results)).map(({ accepted }) => accepted)).toEqual([1_001, 1_002, 1_003, 1, 1_005]);
  expect(endTurn()).toBe(0);
  void bundles.take(request(6));
  endTurn();
  expect(log.at(-1)).toBe(6);
});

test('large bodies, JSON and what a relay forwards are taken at once and alone', () => {
  const { bundles, log, endTurn } = open();
  const alone = [{ bytes: new Uint8Array(SMALL_BYTES_MAX + 1) }, { encoding: 'json' as const }, { origin: { relay: 'r', sequence: 1 } }];
  alone.forEach((over, id) => { void bundles.take(request(id, over)); });
  expect(log).toEqual([0, 1, 2]);
  expect(endTurn()).toBe(0);
});

test('the same bytes twice, and what is known already, are taken alone, behind the others', () => {
  const { bundles, log, endTurn } = open({ mayBundle: (id) => id !== 9 });
  for (const id of [1, 1, 9, 2]) void bundles.take(request(id));
  endTurn();
  expect(log).toEqual([[1, 2], 1, 9]);
});

test('what cannot be taken together is taken one by one', async () => {
  const { bundles, log, endTurn } = open({ refuses: (ids) => ids.includes(2) });
  const results = [1, 2, 3].map((id) => bundles.take(request(id)));
  endTurn();
  expect(log).toEqual([1, 2, 3]);
  expect((await Promise.all(results)).map(({ accepted }) => accepted)).toEqual([1, 1, 1]);
});

test('a bundle has its limits, in requests and in bytes', () => {
  const many = open();
  for (let id = 0; id < BUNDLE.requestsMax + 3; id++) void many.bundles.take(request(id));
  expect(many.log.map((ids) => (ids as number[]).length)).toEqual([BUNDLE.requestsMax]);
  many.endTurn();
  expect(many.log.map((ids) => (ids as number[]).length)).toEqual([BUNDLE.requestsMax, 3]);

  const large = open();
  const each = 30_000;
  for (let id = 0; id < 20; id++) void large.bundles.take(request(id, { bytes: new Uint8Array(each) }));
  large.endTurn();
  for (const ids of large.log) expect((ids as number[]).length * each).toBeLessThanOrEqual(BUNDLE.bytesMax);
  expect(large.log.flat()).toEqual(Array.from({ length: 20 }, (_, id) => id));
});
