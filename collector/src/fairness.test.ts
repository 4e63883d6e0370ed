// The order in which a request meets what keeps agencies apart, around a decoder and a pipeline of a few lines.
import { expect, test } from 'vitest';
import type { AdmittedRequest, DecodedRequest, IngestResult } from '@narrows/contract';
import { Fairness } from './fairness.js';

const config = { limitsFile: '', agencyBytesPerSecond: 0, agencyItemsPerSecond: 0, agencyRequestsPerSecond: 0 };
const spool = { backlog: () => ({ bytes: 0, bytesMax: 1_000 }), backlogOf: () => 0, agencies: () => 1 };
const log = { info: () => undefined, error: () => undefined };
const create = (limits: Partial<typeof config>) => new Fairness({ config: { ...config, ...limits }, spool, overflowed: () => undefined, log });
const request = (bytes: number): AdmittedRequest => ({ agency: 'a', signal: 'traces', encoding: 'protobuf', bytes: new Uint8Array(bytes), receivedAtMs: 0, batchId: 1n });

/** Unfolds every request to `bytes` in columns. */
function intake(fairness: Fairness, bytes: number): (request: AdmittedRequest) => Promise<IngestResult> {
  const decoder = fairness.measured({ decodeBundle: () => null, decode: ({ agency, signal, batchId, receivedAtMs }): DecodedRequest => ({
    agency, signal, batchId, receivedAtMs, blocks: [{ table: 'otel_traces', rows: 1, bytes: new Uint8Array(bytes) }],
    accepted: 3, rejected: { zero_id: 2 }, changed: { redacted: 0, truncated: 0, invalidUtf8: 0 },
  }) });
  return async (admitted) => {
    const { accepted } = decoder.decode(admitted);
    return { accepted, rejected: 2, rejectedMessage: '', duplicate: false };
  };
}

test('a request pays for itself, its items, accepted or not, and is refused at the door after that', async () => {
  for (const [limit, text] of [[{ agencyRequestsPerSecond: 0.1 }, 'requests'], [{ agencyBytesPerSecond: 1 }, 'bytes'], [{ agencyItemsPerSecond: 0.4 }, 'items']] as const) {
    const fairness = create(limit);
    fairness.admit('a', 'traces', 20);
    await fairness.inTurn(intake(fairness, 10))(request(20));
    expect(() => { for (let i = 0; i < 3; i++) fairness.admit('a', 'traces', 20); }, text).toThrow(new RegExp(`a" may send .* ${text} a second`));
    fairness.admit('b', 'traces', 20);
  }
});

test('a body that unfolds to many times its size pays for what it becomes', async () => {
  const fairness = create({ agencyBytesPerSecond: 100 });
  await fairness.inTurn(intake(fairness, 40))(request(10));
  fairness.admit('a', 'traces', 10);
  await fairness.inTurn(intake(fairness, 5_000))(request(10));
  expect(() => fairness.admit('a', 'traces', 10)).toThrow(/bytes a second/);
});

test('what was under way is given back, also by requests that fail, and the collector\'s own requests hold nothing', async () => {
  const fairness = create({});
  const large = 40 * 1024 * 1024;
  const decode = intake(fairness, large);
  for (let i = 0; i < 3; i++) await decode(request(10)); // By no door, as the collector's own metrics come.
  const failing = fairness.inTurn(async (admitted) => { await decode(admitted); throw new Error('disk'); });
  for (let i = 0; i < 3; i++) await expect(failing(request(10))).rejects.toThrow('disk');
  expect(await fairness.inTurn(decode)(request(10))).toMatchObject({ accepted: 3 });
});
