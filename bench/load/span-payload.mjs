// Trace requests: traces of 8 spans that cross four resources, two spans in each, about 14 attributes and 580 bytes a span,
// as a reservation system with stock OpenTelemetry agents sends them. One in ten spans has an event, one trace in
// twenty-five has failed. `npm run bench:ingest` prints the real sizes.
import { ProtobufWriter } from './protobuf-writer.mjs';
import { SCHEMA_URL, hostOf, serviceAt, writeResource, writeScope } from './services.mjs';
import { SeededRandom } from './seeded-random.mjs';

const RESOURCES = 4;
const SPANS_PER_TRACE = 8;
const SCOPES_PER_RESOURCE = 2;
const KIND = { internal: 1, server: 2, client: 3 };

const STEPS = ['waiting-room', 'form', 'eligibility', 'identity', 'slot', 'booking'];
const CHANNELS = ['pass-skt', 'pass-kt', 'kcb-phone', 'naver', 'kakao'];
const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0',
  'okhttp/4.12.0', 'reservation-ios/7.21.0 CFNetwork/1568.300.101 Darwin/24.2.0',
];
const ROUTES = [
  { method: 'GET', route: '/api/v2/clinics/{clinicId}', path: (n) => `/api/v2/clinics/${n}` },
  { method: 'POST', route: '/api/v2/reservations', path: () => '/api/v2/reservations' },
  { method: 'GET', route: '/api/v2/reservations/{reference}', path: (n) => `/api/v2/reservations/RV${n}` },
  { method: 'PUT', route: '/api/v2/reservations/{reference}/persons/{n}', path: (n) => `/api/v2/reservations/RV${n}/persons/2` },
  { method: 'POST', route: '/api/v2/identity/{channel}/verify', path: (n) => `/api/v2/identity/${n}/verify` },
  { method: 'GET', route: '/api/v2/slots/{clinicId}', path: (n) => `/api/v2/slots/CL${n}` },
  { method: 'GET', route: '/health/live', path: () => '/health/live' },
  { method: 'POST', route: '/waiting/v1/ticket', path: () => '/waiting/v1/ticket' },
];
const QUERIES = [
  { operation: 'SELECT', table: 'reservations', text: 'SELECT r.id, r.ref, r.status, r.clinic_id, r.slot_at FROM reservations r WHERE r.ref = $1 AND r.deleted_at IS NULL' },
  { operation: 'SELECT', table: 'slots', text: 'SELECT s.*, c.name FROM slots s JOIN clinics c ON c.id = s.clinic_id WHERE s.clinic_id = ANY($1) ORDER BY s.starts_at LIMIT 50' },
  { operation: 'INSERT', table: 'reservation_events', text: 'INSERT INTO reservation_events (reservation_id, kind, payload, created_at) VALUES ($1, $2, $3, now()) RETURNING id' },
  { operation: 'UPDATE', table: 'slots', text: 'UPDATE slots SET held_until = $1, held_by = $2 WHERE clinic_id = $3 AND slot_no = $4 AND held_until < now()' },
  { operation: 'GET', table: 'sessions', text: 'GET session:?' },
];
const FUNCTIONS = ['SlotRanker.rank', 'EligibilityRules.apply', 'DeviceCheck.evaluate', 'SlotAllocator.hold'];
const FAILURE = 'upstream did not answer within 2000 ms';
const STACK = `java.util.concurrent.TimeoutException: ${FAILURE}\n\tat kr.reservation.http.Client.await(Client.java:214)\n\tat kr.reservation.slots.SlotClient.load(SlotClient.java:88)\n\tat kr.reservation.web.ReservationController.get(ReservationController.java:61)`;

/** One request's bytes with what differs from request to request: `{ bytes, marks, items, traces }`. */
export function spanPayload(seed, ordinal, spans) {
  const random = new SeededRandom(seed * 1_000 + ordinal);
  const traces = Array.from({ length: Math.max(1, Math.floor(spans / SPANS_PER_TRACE)) }, () => drawTrace(random));
  const firstService = random.below(8);
  const writer = new ProtobufWriter();
  for (let r = 0; r < RESOURCES; r++) {
    const service = serviceAt(firstService + r);
    writer.message(1, () => {
      writeResource(writer, random, service);
      for (const half of halves(traces)) {
        writer.message(2, () => {
          writeScope(writer, service);
          for (const [t, trace] of half) for (const step of [2 * r, 2 * r + 1]) writer.message(2, () => writeSpan(writer, random, trace, t, step, firstService));
        });
      }
      writer.text(3, SCHEMA_URL);
    });
  }
  return { bytes: writer.bytes, marks: writer.marks, items: traces.length * SPANS_PER_TRACE, traces: traces.length };
}

function drawTrace(random) {
  const route = random.pick(ROUTES);
  return {
    step: random.pick(STEPS), channel: random.pick(CHANNELS), browser: random.pick(BROWSERS), route, path: route.path(random.below(1_000_000)),
    startNano: -2e9 - random.below(8_000) * 1e6, // It began two to ten seconds before it is sent.
    durationNano: 3e6 + random.below(400_000_000), failed: random.below(100) < 4,
  };
}

function halves(traces) {
  const numbered = traces.map((trace, t) => [t, trace]);
  const size = Math.ceil(numbered.length / SCOPES_PER_RESOURCE);
  return [numbered.slice(0, size), numbered.slice(size)].filter((half) => half.length > 0);
}

/** Span `step` of a trace: even ones are servers, 1 calls the next service, 3 and 7 a database, 5 is internal. */
function writeSpan(writer, random, trace, t, step, firstService) {
  const shape = step % 2 === 0 ? serverSpan(random, trace, firstService + step / 2)
    : step === 1 ? callSpan(random, trace, firstService + 1)
      : step === 5 ? internalSpan(random) : databaseSpan(random);
  const startNano = trace.startNano + step * trace.durationNano / (2 * SPANS_PER_TRACE);
  const endNano = startNano + trace.durationNano / (step + 1);
  const span = t * SPANS_PER_TRACE + step;
  writer.traceId(1, t);
  writer.spanId(2, span);
  if (step > 0) writer.spanId(4, step % 2 === 0 ? span - 2 : span - 1);
  writer.text(5, shape.name);
  writer.unsigned(6, shape.kind);
  writer.time(7, startNano);
  writer.time(8, endNano);
  writer.attributes(9, { ...shape.attributes, 'booking.step': trace.step, 'identity.channel': trace.channel, 'thread.id': 20 + random.below(180) });
  if (random.below(10) === 0) writer.message(11, () => writeEvent(writer, random, trace.failed, (startNano + endNano) / 2));
  writer.message(15, () => {
    if (trace.failed && shape.kind !== KIND.internal) {
      writer.text(2, FAILURE);
      writer.unsigned(3, 2);
    } else if (random.below(4) === 0) {
      writer.unsigned(3, 1);
    }
  });
  writer.fixed32(16, 0x101);
}

function serverSpan(random, trace, service) {
  const attributes = {
    'http.request.method': trace.route.method, 'url.path': trace.path, 'http.route': trace.route.route, 'url.scheme': 'https',
    'http.response.status_code': statusOf(random, trace), 'server.address': hostOf(serviceAt(service)), 'server.port': 8_443,
    'user_agent.original': trace.browser, 'client.address': `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
  };
  const extra = random.below(3) === 0 ? { 'booking.wait_estimate': random.below(200_000) / 100 + 0.001, 'booking.retry': random.below(2) === 1 } : {};
  return { name: `${trace.route.method} ${trace.route.route}`, kind: KIND.server, attributes: { ...attributes, ...extra } };
}

function callSpan(random, trace, service) {
  const host = hostOf(serviceAt(service));
  return {
    name: trace.route.method, kind: KIND.client, attributes: {
      'http.request.method': trace.route.method, 'url.full': `https://${host}${trace.path}`, 'http.response.status_code': statusOf(random, trace),
      'server.address': host, 'server.port': 443, 'network.protocol.version': '1.1', 'http.request.resend_count': random.below(3),
      'network.peer.address': `10.42.${random.below(256)}.${random.below(256)}`, 'http.response.body.size': random.below(90_000),
    },
  };
}

function databaseSpan(random) {
  const query = random.pick(QUERIES);
  return {
    name: `${query.operation} ${query.table}`, kind: KIND.client, attributes: {
      'db.system.name': query.operation === 'GET' ? 'redis' : 'postgresql', 'db.namespace': 'reservation', 'db.operation.name': query.operation,
      'db.collection.name': query.table, 'db.query.text': query.text, 'server.address': `pg-${random.below(6)}.db.internal`, 'server.port': 5_432,
      'db.response.returned_rows': random.below(200), 'db.client.connection.pool.name': 'reservation-main', 'thread.name': `HikariPool-1-${20 + random.below(180)}`,
    },
  };
}

function internalSpan(random) {
  const name = random.pick(FUNCTIONS);
  return {
    name, kind: KIND.internal, attributes: {
      'code.function.name': `kr.reservation.${name}`, 'code.file.path': `src/main/java/kr/reservation/${name.replace('.', '/')}.java`,
      'code.line.number': 20 + random.below(800), 'thread.name': `worker-${20 + random.below(180)}`, 'slots.candidates': random.below(120),
      'slots.score': random.fraction(), 'cache.hit': random.below(2) === 0, 'feature.flags': ['new-ranker', 'slot-hold'], 'enduser.pseudo.id': `p_${random.hex(14)}`,
    },
  };
}

function statusOf(random, trace) {
  if (trace.failed) return 500 + random.below(4);
  return random.below(12) === 0 ? random.pick([201, 204, 304, 404, 409]) : 200;
}

function writeEvent(writer, random, failed, atNano) {
  writer.time(1, atNano);
  writer.text(2, failed ? 'exception' : 'cache.miss');
  writer.attributes(3, failed
    ? { 'exception.type': 'java.util.concurrent.TimeoutException', 'exception.message': FAILURE, 'exception.stacktrace': STACK }
    : { 'cache.key': `slots:${random.below(1_000_000)}`, 'cache.ttl_ms': 1_000 * random.below(60) });
}
