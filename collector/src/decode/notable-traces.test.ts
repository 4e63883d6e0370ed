import type { AdmittedRequest } from '@narrows/contract';
import { expect, test } from 'vitest';
import { createDecoder } from './decoder.js';

interface SpanText { traceId: string; tookNano: bigint; code?: number }
const START_NANO = 1_790_000_000_123_456_789n;
const id = (n: number): string => n.toString(16).padStart(32, '0');

function request(spans: readonly SpanText[], signal: AdmittedRequest['signal'] = 'traces'): AdmittedRequest {
  const body = {
    resourceSpans: [[], spans.slice(0, 2), spans.slice(2)].map((some) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeSpans: [{ scope: { name: 's' }, spans: some.map(({ traceId, tookNano, code }, n) => ({
        traceId, spanId: (n + 1).toString(16).padStart(16, '0'), name: 'GET /', startTimeUnixNano: String(START_NANO), endTimeUnixNano: String(START_NANO + tookNano),
        attributes: [{ key: 'k', value: { stringValue: 'v' } }], ...code !== undefined && { status: { message: 'm', code } },
      })) }],
    })),
  };
  return { agency: 'kdca', signal, encoding: 'json', bytes: Buffer.from(JSON.stringify(signal === 'traces' ? body : {})), receivedAtMs: 1_790_000_000_000, batchId: 1n };
}
const notableOf = (spans: readonly SpanText[]): readonly string[] | null | undefined => createDecoder({ pipelines: () => [], noteTraces: true }).decode(request(spans)).notable;

test('a trace is worth keeping by one failed span or one of three seconds, to the nanosecond, and is named once', () => {
  expect(notableOf([
    { traceId: id(1), tookNano: 5n }, { traceId: id(2), tookNano: 5n, code: 2 }, { traceId: id(2), tookNano: 5n, code: 2 }, { traceId: id(3), tookNano: 5n, code: 1 },
    { traceId: id(4), tookNano: 2_999_999_999n }, { traceId: id(5), tookNano: 3_000_000_000n }, { traceId: id(6), tookNano: 90_000_000_000n, code: 0 },
    { traceId: 'ABCDEF0123456789abcdef0123456789', tookNano: 1n, code: 2 }, { traceId: id(7), tookNano: -4_000_000_000n },
  ])).toEqual([id(2), id(5), id(6), 'abcdef0123456789abcdef0123456789']);
});

test('more traces than can be listed are said to be too many', () => {
  const failed = (count: number): SpanText[] => Array.from({ length: count }, (_, n) => ({ traceId: id(n + 1), tookNano: 1n, code: 2 }));
  expect(notableOf(failed(4_096))).toHaveLength(4_096);
  expect(notableOf(failed(4_097))).toBeNull();
});

test('nothing is noted of other signals, nor where nobody asked', () => {
  expect(createDecoder({ pipelines: () => [], noteTraces: true }).decode(request([], 'logs')).notable).toBeUndefined();
  expect(createDecoder({ pipelines: () => [] }).decode(request([{ traceId: id(1), tookNano: 1n, code: 2 }])).notable).toBeUndefined();
});
