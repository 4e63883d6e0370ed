import type { TraceAnswer } from '@narrows/contract';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ORIGIN_NANO, testSpan } from '../../model/testing-spans.js';
import { ErrorStatus, openAt, type Answers } from '../testing-app.js';

const ID = 'ab'.repeat(16);
const spans = [
  testSpan({ id: '01', begin: 0, end: 2_100, name: 'POST /api/identity' }, { attributes: { '<script>alert(1)</script>': '<b>x</b>', evil: 'javascript:alert(1)', 'url.full': 'https://booking.example/x' } }),
  testSpan({ id: '02', parent: '01', begin: 10, end: 2_000, kind: 'Client', name: 'POST' }),
  testSpan({ id: '03', parent: '02', begin: 20, end: 1_990, kind: 'Server', service: 'identity', name: 'POST /verify/:channel', error: 'pool exhausted' }, { events: [{ atUnixNano: String(ORIGIN_NANO + 30_000_000n), name: 'exception', attributes: { 'exception.type': 'PoolTimeout', 'exception.message': 'no worker within 2 s' } }] }),
  testSpan({ id: '09', parent: 'gone', begin: 50, end: 60, service: 'clinics' }),
];
const logs = [{ atUnixNano: String(ORIGIN_NANO + 25_000_000n), spanId: '03', service: 'identity', severity: 'WARN', severityNumber: 13, body: 'queued at position 481', attributes: {} }];
const answer = (part: Partial<TraceAnswer> = {}): Answers => ({ [`/traces/${ID}`]: () => ({ traceId: ID, spans, logs, spansOmitted: 0, logsOmitted: 0, ...part }) });

afterEach(() => { cleanup(); vi.restoreAllMocks(); vi.unstubAllGlobals(); });

describe('the page of a trace', () => {
  it('says in one line where it waited, and leads there', async () => {
    openAt(`/traces/${ID}?lang=en`, answer());
    const sentence = await screen.findByText('1.97 s of 2.10 s was spent waiting in identity · POST /verify/:channel (own time of that span)');
    fireEvent.click(within(sentence.parentElement!).getByRole('button', { name: 'Show' }));
    const panel = await screen.findByRole('complementary', { name: 'Span details' });
    expect(panel.textContent).toContain('PoolTimeout');
    expect(panel.textContent).toContain('queued at position 481');
    expect(window.location.search).toContain('span=03');
  });

  it('is a tree that the keyboard walks, folds and unfolds', async () => {
    openAt(`/traces/${ID}?lang=en`, answer());
    const tree = await screen.findByRole('treegrid');
    const names = () => within(tree).getAllByRole('row').map((row) => `${row.getAttribute('aria-level')} ${row.getAttribute('aria-label')?.split(',')[0]}`);
    expect(names()).toEqual(['1 web POST /api/identity', '2 web POST', '3 identity POST /verify/:channel', '1 clinics 09']);
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    await waitFor(() => { expect(within(tree).getByRole('row', { selected: true }).getAttribute('aria-label')).toContain('/api/identity'); });
    fireEvent.keyDown(tree, { key: 'ArrowLeft' });
    await waitFor(() => { expect(names()).toEqual(['1 web POST /api/identity', '1 clinics 09']); });
    expect(within(tree).getByRole('row', { selected: true }).getAttribute('aria-expanded')).toBe('false');
  });

  it('says what is missing: a parent, and spans beyond the limit', async () => {
    openAt(`/traces/${ID}?lang=en`, answer({ spansOmitted: 512 }));
    await screen.findByText(/Spans whose parent has not arrived \(dashed\): 1/);
    expect(screen.getByText(/Spans not loaded because there are too many: 512/)).toBeTruthy();
  });

  it('shows hostile attributes as text and links only http(s)', async () => {
    openAt(`/traces/${ID}?lang=en&span=01`, answer());
    const panel = await screen.findByRole('complementary', { name: 'Span details' });
    expect(within(panel).getByText('<script>alert(1)</script>')).toBeTruthy();
    expect(within(panel).getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['https://booking.example/x']);
    fireEvent.change(within(panel).getByLabelText('Find an attribute'), { target: { value: 'url' } });
    expect(within(panel).queryByText('evil')).toBeNull();
  });

  it('lists the logs of the trace with the way to their span', async () => {
    openAt(`/traces/${ID}?lang=en&tab=logs`, answer());
    const table = await screen.findByRole('table', { name: 'Logs of this trace' });
    fireEvent.click(within(table).getByRole('button', { name: 'To span' }));
    await waitFor(() => { expect(window.location.search).toContain('span=03'); });
  });

  it('shows logs when there are no spans, and says so', async () => {
    openAt(`/traces/${ID}?lang=en`, answer({ spans: [] }));
    await screen.findByText(/log records but no spans/);
    expect(screen.getByText('queued at position 481')).toBeTruthy();
  });

  it('that is not there says what may be the reason', async () => {
    openAt(`/traces/${ID}?lang=ko`, { [`/traces/${ID}`]: () => new ErrorStatus(404, 'NOT_FOUND') });
    await screen.findByText('이 트레이스를 찾을 수 없습니다');
  });

  it('of 20,000 spans keeps only the rows in sight in the document', async () => {
    const many = [spans[0]!, ...Array.from({ length: 19_999 }, (_, i) => testSpan({ id: `k${i}`, parent: '01', begin: i / 10, end: i / 10 + 1 }))];
    openAt(`/traces/${ID}?lang=en`, answer({ spans: many }));
    const tree = await screen.findByRole('treegrid');
    expect(tree.getAttribute('aria-rowcount')).toBe('20000');
    expect(within(tree).getAllByRole('row').length).toBeLessThan(80);
  });
});
