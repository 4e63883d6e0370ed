// Spans as a booking system sends them, made inside the engine: five a journey, fourteen attributes each, ids of persons,
// sessions and addresses among them. Two cohorts are planted, which nobody names afterwards: journeys of region "busan"
// with app version "5.2.0" are slow in identity verification (neither of the two alone is), and birth digit "7" fails.
import { createClient } from '@clickhouse/client';
import { EmbeddedConnection } from '../../collector/dist/store/embedded-connection.js';
import { createTable } from '../../collector/dist/store/ddl.js';
import { EMBEDDED_DATABASE } from '../../collector/dist/store/engine-config.js';
import { RAW_TABLES } from '../../collector/dist/store/raw-tables.js';

export const SPANS_OF_JOURNEY = 5;
export const AGENCY = 'bench';
const PART = 1_000_000;

/** Column values of span `number`; `t` is its journey, `k` its place in it, `at` when it began, in nanoseconds. */
const span = (fromMs, stepNano) => `
  SELECT
    fromUnixTimestamp64Nano(toInt64(at)) AS Timestamp, lower(hex(sipHash128(t))) AS TraceId, lower(hex(cityHash64(number))) AS SpanId,
    if(k = 0, '', lower(hex(cityHash64(number - 1)))) AS ParentSpanId, '' AS TraceState,
    ['POST /login', 'POST', 'POST /verify', 'select', 'POST /reservations'][k + 1] AS SpanName,
    ['Server', 'Client', 'Server', 'Client', 'Server'][k + 1] AS SpanKind, ['web', 'web', 'identity', 'identity', 'booking'][k + 1] AS ServiceName,
    map('service.name', ServiceName, 'service.instance.id', Instance, 'service.version', '1.4.2', 'host.name', concat('host-', Instance), 'os.type', 'linux', 'process.pid', toString(100 + h % 4),
      'process.runtime.name', 'nodejs', 'process.runtime.version', '20.20.2', 'telemetry.sdk.name', 'opentelemetry', 'telemetry.sdk.language', 'nodejs') AS ResourceAttributes,
    'http' AS ScopeName, '1' AS ScopeVersion,
    map('http.request.method', 'POST', 'http.route', substring(SpanName, 6), 'url.path', substring(SpanName, 6), 'url.scheme', 'https', 'http.response.status_code', if(failed, '403', '200'),
      'server.address', concat(ServiceName, '.internal'), 'network.protocol.version', '1.1', 'user_agent.original', concat('Mozilla/5.0 (device ', toString(h % 97), ')'),
      'client.address', Client, 'enduser.pseudo.id', Person, 'session.id', Session, 'booking.birth_digit', digit, 'booking.region', region, 'app.version', version) AS SpanAttributes,
    toUInt64((if(slow AND k IN (0, 1, 2), 4.0, 0.12) + (h % 1000) / 5000) * 1e9) AS Duration, if(failed AND k = 2, 'Error', 'Unset') AS StatusCode, '' AS StatusMessage,
    if(k IN (0, 2, 4), 1, 0) AS Transaction, 'vaccine' AS Pipeline, ['', '', 'identity', '', 'booking'][k + 1] AS Stage,
    if(k = 2, ['skt', 'kt', 'lgu', 'kcb', 'naver', 'kakao'][h % 6 + 1], '') AS Channel, if(k = 2, if(failed, 'rejected', 'verified'), '') AS Outcome,
    concat('p', lower(hex(cityHash64(t % 1500000)))) AS Person, concat('s', lower(hex(cityHash64(t)))) AS Session, concat('10.', toString(h % 200), '.', toString(intDiv(h, 7) % 200), '.', toString(intDiv(h, 11) % 200)) AS Client,
    '${AGENCY}' AS Agency, concat(ServiceName, '-', toString(h % 4)) AS Instance, fromUnixTimestamp64Milli(toInt64(intDiv(at, 1000000))) AS ReceivedAt, intDiv(number, 512) AS BatchId, -1 AS DownstreamNano
  FROM (
    SELECT number, intDiv(number, ${SPANS_OF_JOURNEY}) AS t, number % ${SPANS_OF_JOURNEY} AS k, cityHash64(t, 1) AS h, toUInt64(${fromMs}) * 1000000 + number * ${stepNano} AS at,
      toString(cityHash64(t, 2) % 10) AS digit, ['seoul', 'busan', 'daegu', 'incheon', 'gwangju', 'daejeon', 'ulsan', 'gyeonggi', 'jeju'][cityHash64(t, 3) % 9 + 1] AS region,
      ['5.0.0', '5.1.0', '5.1.1', '5.2.0', '4.9.7'][cityHash64(t, 4) % 5 + 1] AS version,
      region = 'busan' AND version = '5.2.0' AS slow, digit = '7' AND cityHash64(t, 5) % 3 = 0 AS failed
    FROM numbers_mt({first:UInt64}, {count:UInt64})
  )`;

/** Fill a store's raw table and nothing else: rollups are no part of the question. Returns the range that the spans lie in. */
export async function fillStore(directory, spans, { fromMs, seconds, log = () => undefined }) {
  const connection = await EmbeddedConnection.open(directory);
  const client = createClient({ connection });
  await client.command({ query: createTable(RAW_TABLES.find(({ name }) => name === 'otel_traces'), { database: EMBEDDED_DATABASE, retentionDays: 3650 })[0] });
  const stepNano = Math.floor((seconds * 1e9) / spans);
  const columns = 'Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage, Transaction, Pipeline, Stage, Channel, Outcome, Person, Session, Client, Agency, Instance, ReceivedAt, BatchId, DownstreamNano';
  for (let first = 0; first < spans; first += PART) {
    const sql = span(fromMs, stepNano).replace('{first:UInt64}', String(first)).replace('{count:UInt64}', String(Math.min(PART, spans - first)));
    await client.command({ query: `INSERT INTO ${EMBEDDED_DATABASE}.otel_traces (${columns}) SELECT ${columns} FROM (${sql})`, clickhouse_settings: { max_execution_time: 600, max_threads: '2' } });
    log(`${Math.min(first + PART, spans)} of ${spans} spans`);
  }
  await client.close();
  return { fromMs, toMs: fromMs + seconds * 1_000 };
}
