import { ERRORS, type IntakeAnswer } from '@narrows/contract';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { en } from '../../i18n/en/index.js';
import { ko } from '../../i18n/ko/index.js';
import { ErrorStatus, openAt } from '../testing-app.js';

afterEach(() => { cleanup(); vi.unstubAllGlobals(); vi.restoreAllMocks(); });

const NOW_MS = Date.now();
const nothing = { queuedAtStart: 0, received: 0, stored: 0, queued: 0, rejected: [], dropped: [], difference: 0, duplicates: { requests: 0, items: 0 }, lastReceivedMs: null };
const intake = (patch: Partial<IntakeAnswer> = {}): IntakeAnswer => ({
  atMs: NOW_MS, sinceMs: NOW_MS - 60_000,
  signals: [
    { ...nothing, signal: 'traces', queuedAtStart: 1_000, received: 123_456, stored: 124_000, queued: 400, rejected: [{ reason: 'zero_id', items: 56 }], duplicates: { requests: 2, items: 80 }, lastReceivedMs: NOW_MS - 1_000 },
    { ...nothing, signal: 'metrics' }, { ...nothing, signal: 'logs' },
  ],
  refused: [], spool: { bytes: 0, bytesMax: 2 ** 31, waitingSegments: 0, oldestMs: null, quarantined: 0, corruptRecords: 0, writeFailures: 0 },
  store: { away: false, lastStoredMs: NOW_MS, loadFailures: 0 }, relays: [], overflow: [], changed: [], thinning: null, ...patch,
});
const open = (answer: unknown): void => { openAt('/intake?lang=en', { '/intake': () => answer }); };

test('each signal is a sum in full digits, with its mark that it adds up', async () => {
  open(intake());
  const spans = within(await screen.findByRole('region', { name: 'Spans' }));
  for (const [term, items] of [['Received', '123,456'], ['Queued at start', '1,000'], ['Stored', '124,000'], ['Queued', '400'], ['Rejected', '56'], ['Lost', '0']] as const) {
    expect(spans.getByText(term).closest('div')?.textContent).toMatch(new RegExp(`${items}$`));
  }
  spans.getByText('Adds up');
  spans.getByText('2 requests (items: 80) came again with the same bytes, stored once.');
  screen.getByText('Every item that came in is accounted for');
});

test('a sum that does not hold is said first, and by how much', async () => {
  const answer = intake();
  open({ ...answer, signals: answer.signals.map((line) => (line.signal === 'traces' ? { ...line, difference: 3 } : line)) });
  await screen.findByText(/3 items cannot be accounted for/);
  screen.getByText('Off by +3');
});

test('a refused request has its code, its number and what to do; one without a key says so', async () => {
  open(intake({ refused: [{ code: 'KEY_UNKNOWN', requests: 12, lastMs: NOW_MS - 5_000, keyed: false }, { code: 'RATE_LIMITED', requests: 3, lastMs: NOW_MS, keyed: true }] }));
  const row = (await screen.findByRole('rowheader', { name: 'KEY_UNKNOWN' })).closest('tr')!;
  expect(row.textContent).toMatch(/12.*The ingestion key is wrong.*not known whose/);
  expect(screen.getByRole('rowheader', { name: 'RATE_LIMITED' }).closest('tr')!.textContent).not.toMatch(/not known whose/);
});

test('store, disk queue, relays, overflow and thinning are told as they stand', async () => {
  open(intake({
    store: { away: true, lastStoredMs: NOW_MS - 90_000, loadFailures: 4 }, spool: { bytes: 2 ** 30, bytesMax: 2 ** 31, waitingSegments: 9, oldestMs: NOW_MS - 90_000, quarantined: 1, corruptRecords: 0, writeFailures: 0 },
    relays: [{ relay: 'dmz-1', requests: 5, items: 500, duplicates: 0, sequence: 77, lastMs: NOW_MS - 300_000 }], overflow: [{ column: 'ServiceName', values: 31, lastMs: NOW_MS }],
    changed: [{ change: 'redacted', values: 8 }], thinning: { active: true, keptShare: 0.25 },
  }));
  await screen.findByText(/The store does not answer/);
  expect(screen.getByRole('meter').getAttribute('aria-valuenow')).toBe('50');
  expect(screen.getByText('dmz-1').closest('tr')!.textContent).toMatch(/500.*77/);
  screen.getByRole('img', { name: 'Silent' });
  screen.getByText(/^ServiceName: too many different values; 31 times/);
  screen.getByText('Personal data masked');
  screen.getByText('Storing 25 % of healthy traces');
});

test('a collector that has received nothing says what to do next', async () => {
  openAt('/intake?lang=en', {
    '/intake': () => intake({ signals: (['traces', 'metrics', 'logs'] as const).map((signal) => ({ ...nothing, signal })) }),
    '/ingest': () => ({ spans: 0, points: 0, logRecords: 0, rejected: [], lastReceivedMs: null, lastStoredMs: null, spoolBytes: 0, services: [] }),
  });
  await screen.findByText(en.common.empty.neverBody);
});

test('a collector that cannot be asked is an error with what to do, and the menu still leads elsewhere', async () => {
  open(new ErrorStatus(403, 'FORBIDDEN', 'no', 'Ask somebody.'));
  await screen.findByText('Ask somebody.');
  screen.getByRole('link', { name: 'Live' });
});

test('every code that a sender can be refused with has its advice in both languages', () => {
  const notForSenders = new Set(['STORE_UNAVAILABLE', 'STORE_QUERY', 'QUERY_TIMEOUT', 'QUERY_INVALID', 'SESSION_REQUIRED', 'LOGIN_LINK_USED', 'LOGIN_FAILED', 'LOGIN_LOCKED', 'SIGN_ON_FAILED', 'SIGN_ON_NO_ROLE', 'SIGN_ON_TAKEN', 'SIGN_ON_UNAVAILABLE', 'INVITATION_USED', 'FORM_INVALID', 'CSRF', 'META_UNAVAILABLE', 'FORBIDDEN', 'CONFIG_INVALID', 'PORT_IN_USE', 'DISK_FULL', 'DATA_DIR_LOCKED']);
  for (const code of Object.keys(ERRORS).filter((one) => !notForSenders.has(one))) {
    expect(ko.common.empty.whatToDo[code], code).toBeTruthy();
    expect(en.common.empty.whatToDo[code], code).toBeTruthy();
  }
});
