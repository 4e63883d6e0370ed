// The query API's addresses. Apart from the schemas, so that the dashboard can take them without a schema library.

/** Every route of the query API, relative to `/api/v1`. */
export const ROUTES = {
  session: '/session',
  pipelines: '/pipelines',
  live: '/live',
  liveStream: '/live/stream',
  hitmap: '/hitmap',
  transactions: '/transactions',
  trace: '/traces/:traceId',
  active: '/active',
  verdicts: '/verdicts',
  timeline: '/timeline',
  markers: '/markers',
  helped: '/helped',
  ingest: '/ingest',
  intake: '/intake',
  openapi: '/openapi.json',
} as const;
