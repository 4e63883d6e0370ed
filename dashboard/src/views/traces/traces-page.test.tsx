import type { TransactionRow } from '@narrows/contract';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ErrorStatus, openAt, type Answers } from '../testing-app.js';

const HOSTILE = '"><img src=x onerror=alert(1)>';
const row = (i: number): TransactionRow => ({
  traceId: String(i).padStart(32, '0'), spanId: String(i).padStart(16, '0'), service: i === 0 ? HOSTILE : 'identity', operation: `POST /verify/${i}`, pipeline: '', stage: 'identity', channel: 'naver',
  outcome: 'verified', person: '', startUnixNano: '0', endMs: 1_626_087_612_345 - i, durationMs: 100 + i, error: i === 1, statusMessage: i === 1 ? 'timeout' : '', httpStatus: i === 1 ? '504' : '200',
});
const rows = Array.from({ length: 1_000 }, (_, i) => row(i));
const answers = (found = rows): Answers => ({
  '/transactions': () => ({ rows: found, total: found.length === 0 ? 0 : 12_345, limit: 1_000, facets: [{ field: 'channel', values: [{ value: 'naver', count: 700 }, { value: 'kakao', count: 300 }] }] }),
});
const RANGE = 'lang=en&from=1626087000000&to=1626087900000';

afterEach(() => { cleanup(); vi.restoreAllMocks(); vi.unstubAllGlobals(); });

describe('the list of traces', () => {
  it('asks exactly what its address says', async () => {
    const { asked } = openAt(`/traces?${RANGE}&stage=identity&minDurationMs=2500&error=true&sort=slowest`, answers());
    await screen.findByText('1,000 of 12.3k shown');
    const question = asked.find((url) => url.pathname.endsWith('/transactions'));
    expect(Object.fromEntries(question?.searchParams ?? [])).toEqual({ stage: 'identity', minDurationMs: '2500', error: 'true', sort: 'slowest', limit: '1000', from: '1626087000000', to: '1626087900000' });
  });

  it('says where healthy traces were thinned, and nothing of it where all are there', async () => {
    openAt(`/traces?${RANGE}`, answers());
    await screen.findByText('1,000 of 12.3k shown');
    expect(screen.queryByText(/healthy traces kept/)).toBeNull();
    cleanup();
    openAt(`/traces?${RANGE}`, { '/transactions': () => ({ rows, total: 4_000, limit: 1_000, keptOneIn: 4, facets: [] }) });
    expect((await screen.findByText('At least 1 in 4 healthy traces kept')).title).toContain('took 3 s or longer are all here');
  });

  it('is paused over a fixed range, not connecting for ever', async () => {
    openAt(`/traces?${RANGE}`, answers());
    await screen.findByRole('grid');
    expect(document.querySelector('[data-freshness]')?.getAttribute('data-freshness')).toBe('paused');
  });

  it('keeps only the rows in sight in the document', async () => {
    openAt(`/traces?${RANGE}`, answers());
    const grid = await screen.findByRole('grid');
    expect(grid.getAttribute('aria-rowcount')).toBe('1001');
    expect(within(grid).getAllByRole('row').length).toBeLessThan(60);
  });

  it('shows a hostile service name as text', async () => {
    openAt(`/traces?${RANGE}`, answers());
    await screen.findByText(HOSTILE);
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('moves by arrow keys and opens the trace with Enter', async () => {
    openAt(`/traces?${RANGE}`, answers());
    const grid = await screen.findByRole('grid');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowDown']) fireEvent.keyDown(grid, { key });
    expect(within(grid).getAllByRole('row', { selected: true })[0]?.textContent).toContain('POST /verify/1');
    fireEvent.keyDown(grid, { key: 'Enter' });
    await waitFor(() => { expect(window.location.pathname).toBe(`/traces/${'1'.padStart(32, '0')}`); });
    expect(window.location.search).toContain('span=');
  });

  it('narrows by a facet and takes it back, in the address', async () => {
    openAt(`/traces?${RANGE}`, answers());
    const kakao = await screen.findByRole('button', { name: /kakao/ });
    fireEvent.click(kakao);
    await waitFor(() => { expect(window.location.search).toContain('channel=kakao'); });
    fireEvent.click(await screen.findByRole('button', { name: 'Remove filter: Channel: kakao' }));
    await waitFor(() => { expect(window.location.search).not.toContain('channel'); });
  });

  it('calls stage, channel and outcome by their names and filters by their ids', async () => {
    const pipeline = { id: 'vaccine', name: { ko: '백신', en: 'Vaccine' }, stages: [{ id: 'identity', name: { ko: '본인인증', en: 'Identity' }, match: { service: 'identity' }, channels: { naver: { ko: '네이버', en: 'Naver' }, kakao: { ko: '카카오', en: 'Kakao' } } }], outcomes: { verified: { ko: '본인확인 완료', en: 'Verified' } } };
    openAt(`/traces?${RANGE}`, { ...answers(), '/pipelines': () => ({ pipelines: [pipeline] }) });
    expect((await screen.findAllByText('Identity · Naver'))[0]?.title).toBe('identity · naver');
    expect(screen.getAllByText('Verified')[0]?.title).toBe('verified');
    fireEvent.click(screen.getByRole('button', { name: /Kakao/ }));
    await waitFor(() => { expect(window.location.search).toContain('channel=kakao'); });
    expect((await screen.findByText('Channel: Kakao')).title).toBe('channel=kakao');
  });

  it('says that a duration cannot be read and leaves the address alone', async () => {
    openAt(`/traces?${RANGE}`, answers());
    fireEvent.change(await screen.findByLabelText('Duration At least'), { target: { value: 'soon' } });
    expect((await screen.findByRole('alert')).textContent).toContain('Not a duration');
    expect(window.location.search).not.toContain('minDurationMs');
  });

  it('says why it is empty: data arrives, but not here', async () => {
    openAt(`/traces?${RANGE}&stage=identity`, answers([]));
    await screen.findByText('Nothing matches here');
    fireEvent.click(screen.getByRole('button', { name: 'Clear all filters' }));
    await waitFor(() => { expect(window.location.search).not.toContain('stage'); });
  });

  it('shows the collector\'s own sentence when it refuses', async () => {
    openAt(`/traces?${RANGE}`, { '/transactions': () => new ErrorStatus(400, 'QUERY_INVALID', 'from: the range is too long', 'The message names it.') });
    expect((await screen.findByText('from: the range is too long')).closest('[role="alert"]')?.textContent).toContain('req-1');
  });

  it('without a session says in both languages how to get one', async () => {
    openAt('/traces', { '/session': () => new ErrorStatus(401, 'SESSION_REQUIRED') });
    await screen.findByText('로그인 링크로 들어오세요');
    expect(screen.getByText('Come in by a login link')).toBeTruthy();
    expect(screen.getAllByText('npx narrows login-link')).toHaveLength(2);
  });
});
