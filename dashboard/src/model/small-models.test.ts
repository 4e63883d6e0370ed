import type { IngestStatus, TransactionRow } from '@narrows/contract';
import { describe, expect, it } from 'vitest';
import { durationText, parseDurationMs } from './duration-text.js';
import { emptyReason } from './empty-reason.js';
import { safeLink } from './safe-link.js';
import { axisTicks } from './time-axis.js';
import { csvCell, transactionsCsv } from './transactions-csv.js';
import { transactionsQuestion } from './transactions-question.js';

describe('durations as typed', () => {
  it.each([['1.5s', 1_500], ['300', 300], ['300 ms', 300], ['2 min', 120_000], ['200µs', 0.2], ['3초', 3_000], ['', undefined], ['soon', null], ['5 parsecs', null]])('%s', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });
  it('are written so that they read back', () => {
    for (const ms of [0, 125, 999, 1_000, 1_500, 5_250, 80_000]) expect(parseDurationMs(durationText(ms))).toBe(ms);
  });
});

describe('csv', () => {
  it('disarms formulas and quotes everything', () => {
    expect(csvCell('=HYPERLINK("http://evil")')).toBe('"\'=HYPERLINK(""http://evil"")"');
    for (const text of ['+1', '-1', '@x', '\tx', '  =1', '|calc', '%x']) expect(csvCell(text).startsWith('"\'')).toBe(true);
    expect(csvCell(-3)).toBe('"-3"');
  });
  it('begins with a byte order mark and has one line a row', () => {
    const row = { traceId: 't', spanId: 's', endMs: 0, durationMs: 1.5, service: 'web', operation: 'GET /\n', pipeline: '', stage: '', channel: '', outcome: '', person: '', error: true, httpStatus: '504', statusMessage: '', startUnixNano: '0' } satisfies TransactionRow;
    const text = transactionsCsv([row]);
    expect(text.startsWith('\uFEFFtraceId,')).toBe(true);
    expect(text).toContain('"1970-01-01T00:00:00.000Z","1.5","web"');
  });
});

describe('links out of telemetry', () => {
  it.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', ' http://x', 'http://', '//evil', '/path', 'http://a b', 'vbscript:x'])('%s stays text', (value) => { expect(safeLink(value)).toBeNull(); });
  it('http and https become links', () => { expect(safeLink('https://booking.example/x?y=1')).toBe('https://booking.example/x?y=1'); });
});

describe('axis', () => {
  it('has round ticks inside the view, never more than asked', () => {
    expect(axisTicks(0, 2_103e6, 6)).toEqual([0, 500e6, 1_000e6, 1_500e6, 2_000e6]);
    for (const end of [1, 7, 999, 12_345, 8.8e10]) expect(axisTicks(0, end, 6).length).toBeLessThanOrEqual(6);
    expect(axisTicks(5, 5, 6)).toEqual([]);
  });
});

describe('why a page is empty', () => {
  const status = (part: Partial<IngestStatus>): IngestStatus => ({ spans: 0, points: 0, logRecords: 0, rejected: [], lastReceivedMs: null, lastStoredMs: null, spoolBytes: 0, services: [], ...part });
  it('tells never, refused, stopped and elsewhere apart', () => {
    expect(emptyReason(status({}), 1_000_000).kind).toBe('never');
    expect(emptyReason(status({ rejected: [{ code: 'KEY_UNKNOWN', requests: 3, lastMs: 5 }] }), 1_000_000)).toMatchObject({ kind: 'rejected', rejected: [{ code: 'KEY_UNKNOWN' }] });
    expect(emptyReason(status({ services: [{ service: 'web', lastMs: 7 }, { service: 'db', lastMs: 8 }] }), 1_000_000)).toMatchObject({ kind: 'silent', lastMs: 8 });
    expect(emptyReason(status({ spans: 9, lastReceivedMs: 900_000 }), 1_000_000)).toMatchObject({ kind: 'silent', lastMs: 900_000 });
    expect(emptyReason(status({ spans: 9, lastReceivedMs: 999_000 }), 1_000_000).kind).toBe('elsewhere');
  });
});

describe('transactionsQuestion', () => {
  it('asks what the address says and nothing else', () => {
    expect(transactionsQuestion({ stage: 'identity', minDurationMs: 0, error: true }, { pipeline: 'vaccine' })).toEqual({ pipeline: 'vaccine', stage: 'identity', minDurationMs: 0, error: true, sort: 'newest' });
  });
});
