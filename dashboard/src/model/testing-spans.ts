// Small spans for tests: times in milliseconds after a fixed origin.
import type { SpanRow } from '@narrows/contract';

export const ORIGIN_NANO = 1_626_087_600_000_000_000n;

export interface TestSpan { id: string; parent?: string; begin: number; end: number; service?: string; name?: string; kind?: string; error?: string }

export function testSpan({ id, parent = '', begin, end, service = 'web', name = id, kind = 'Internal', error }: TestSpan, more: Partial<SpanRow> = {}): SpanRow {
  return {
    spanId: id, parentSpanId: parent, traceState: '', name, kind, service, instance: `${service}-1`, scope: 'test',
    startUnixNano: String(ORIGIN_NANO + BigInt(Math.round(begin * 1e6))), durationNano: String(Math.round((end - begin) * 1e6)),
    statusCode: error === undefined ? 'Unset' : 'Error', statusMessage: error ?? '', stage: '', channel: '', outcome: '',
    attributes: {}, resource: {}, events: [], links: [], ...more,
  };
}

export const testSpans = (...spans: TestSpan[]): SpanRow[] => spans.map((span) => testSpan(span));
