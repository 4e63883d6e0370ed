// Log requests: records in 4 resources, each with a sentence as body, a severity, five attributes and the ids of the trace
// that it belongs to; one in fifty has a stack trace.
import { ProtobufWriter } from './protobuf-writer.mjs';
import { SeededRandom } from './seeded-random.mjs';
import { SCHEMA_URL, serviceAt, writeResource, writeScope } from './services.mjs';

const RESOURCES = 4;
const SEVERITIES = [[9, 'INFO'], [9, 'INFO'], [9, 'INFO'], [13, 'WARN'], [5, 'DEBUG']];
const BODIES = [
  (n) => `reservation RV${n} held for 300 s at clinic ${n % 5_000}`, (n) => `identity verified by channel in ${n % 900} ms`,
  (n) => `slot query returned ${n % 200} rows`, (n) => `ticket ${n} admitted from the waiting room`, () => 'connection pool is exhausted, waiting for a connection',
];

/** One request's bytes: `{ bytes, marks, items, traces }`. */
export function logPayload(seed, ordinal, records) {
  const random = new SeededRandom(seed * 1_000 + ordinal + 900_000);
  const each = Math.max(1, Math.round(records / RESOURCES));
  const writer = new ProtobufWriter();
  for (let r = 0; r < RESOURCES; r++) {
    const service = serviceAt(ordinal + r);
    writer.message(1, () => {
      writeResource(writer, random, service);
      writer.message(2, () => {
        writeScope(writer, service);
        for (let i = 0; i < each; i++) writer.message(2, () => writeRecord(writer, random, r * each + i));
      });
      writer.text(3, SCHEMA_URL);
    });
  }
  return { bytes: writer.bytes, marks: writer.marks, items: RESOURCES * each, traces: RESOURCES * each };
}

function writeRecord(writer, random, index) {
  const [number, text] = random.pick(SEVERITIES);
  const atNano = -random.below(2_000) * 1e6;
  writer.time(1, atNano);
  writer.unsigned(2, number);
  writer.text(3, text);
  writer.message(5, () => writer.anyValue(random.pick(BODIES)(random.below(1_000_000))));
  writer.attributes(6, {
    'thread.name': `worker-${20 + random.below(180)}`, 'code.function.name': `kr.reservation.Step${random.below(40)}.run`, 'log.logger': `kr.reservation.step${random.below(40)}`,
    'booking.step': random.pick(['form', 'identity', 'booking']), 'http.route': `/api/v2/route/${random.below(25)}`,
    ...(random.below(50) === 0 ? { 'exception.type': 'TimeoutException', 'exception.stacktrace': 'TimeoutException: no answer\n\tat kr.reservation.http.Client.await(Client.java:214)' } : {}),
  });
  writer.traceId(9, index);
  writer.spanId(10, index);
  writer.time(11, atNano);
}
