// The real dashboard for component tests: its router, query client and pages, over answers from a table instead of a
// collector. What is asked for is kept, so that a test can look at it.
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { configure, render } from '@testing-library/react';
import { vi } from 'vitest';
import { PERMISSIONS } from '@narrows/contract';
import { createNarrowsQueryClient } from '../api/query-client.js';
import { createNarrowsRouter } from '../app/router.js';

// The first page of a file loads its code first, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 60_000 });

export type Answers = Record<string, (search: URLSearchParams) => unknown>;

/** An answer that is an error: status and body. */
export class ErrorStatus {
  constructor(readonly status: number, readonly code: string, readonly message = '', readonly whatToDo = '') {}
}

const ALWAYS: Answers = {
  '/session': () => ({ agency: 'kdca', agencyName: '질병관리청', user: 'admin', role: 'platform-admin', permissions: [...PERMISSIONS], csrf: 'test', timeZone: 'Asia/Seoul', version: '0' }),
  '/pipelines': () => ({ pipelines: [] }),
  '/ingest': () => ({ spans: 1, points: 0, logRecords: 0, rejected: [], lastReceivedMs: Date.now(), lastStoredMs: Date.now(), spoolBytes: 0, services: [{ service: 'identity', lastMs: Date.now() }] }),
};

/** Sizes that a document without layout lacks: the virtual lists need them. */
function giveSizes(): void {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
  // The document's own would report a size of nothing.
  vi.stubGlobal('ResizeObserver', class { observe(): void { /* sizes stay */ } unobserve(): void { /* sizes stay */ } disconnect(): void { /* sizes stay */ } });
}

/** Open an address. Returns the addresses that were asked of the API, as they come. */
export function openAt(address: string, answers: Answers): { asked: URL[] } {
  giveSizes();
  const asked: URL[] = [];
  vi.stubGlobal('EventSource', class { addEventListener(): void { /* silent: no tick comes */ } close(): void { /* nothing is open */ } });
  vi.stubGlobal('fetch', async (input: string) => {
    const url = new URL(input, 'http://narrows.test');
    asked.push(url);
    const answer = { ...ALWAYS, ...answers }[url.pathname.replace('/api/v1', '')]?.(url.searchParams) ?? new ErrorStatus(404, 'NOT_FOUND');
    if (!(answer instanceof ErrorStatus)) return new Response(JSON.stringify(answer), { status: 200 });
    const { status, code, message, whatToDo } = answer;
    return new Response(JSON.stringify({ error: { code, message, whatToDo, requestId: 'req-1' } }), { status });
  });
  window.history.replaceState(null, '', address);
  render(<QueryClientProvider client={createNarrowsQueryClient()}><RouterProvider router={createNarrowsRouter()} /></QueryClientProvider>);
  return { asked };
}
