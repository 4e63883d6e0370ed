// Metric requests: 2,000 points in 4 resources, as SDKs send them every few seconds. Of 20 points 8 are sums, 7 gauges,
// 4 histograms of 14 buckets and 1 an exponential histogram; each has four to five attributes.
import { ProtobufWriter } from './protobuf-writer.mjs';
import { SeededRandom } from './seeded-random.mjs';
import { SCHEMA_URL, serviceAt, writeResource, writeScope } from './services.mjs';

const RESOURCES = 4;
const CUMULATIVE = 2;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Metrics of one resource, in the order of the wire. */
const METRICS = [
  ...['http.server.requests', 'http.client.requests', 'db.client.requests', 'messages.sent', 'cache.hits', 'cache.misses', 'retries', 'bytes.sent'].map((name) => ({ name, unit: '1', write: writeSum })),
  ...['process.memory', 'pool.used', 'pool.waiting', 'queue.length', 'threads.busy', 'cpu.share', 'event_loop.delay'].map((name) => ({ name, unit: 'By', write: writeGauge })),
  ...['http.server.request.duration', 'http.client.request.duration', 'db.client.operation.duration', 'message.process.duration'].map((name) => ({ name, unit: 's', write: writeHistogram })),
  { name: 'http.server.response.size', unit: 'By', write: writeExponential },
];

/** One request's bytes: `{ bytes, marks, items, traces }`. */
export function metricPayload(seed, ordinal, points) {
  const random = new SeededRandom(seed * 1_000 + ordinal + 500_000);
  const each = Math.max(1, Math.round(points / RESOURCES / METRICS.length));
  const writer = new ProtobufWriter();
  for (let r = 0; r < RESOURCES; r++) {
    const service = serviceAt(ordinal + r);
    writer.message(1, () => {
      writeResource(writer, random, service);
      writer.message(2, () => {
        writeScope(writer, service);
        for (const metric of METRICS) {
          writer.message(2, () => {
            writer.text(1, metric.name);
            writer.text(2, `What ${metric.name} measures, in one sentence.`);
            writer.text(3, metric.unit);
            metric.write(writer, random, each);
          });
        }
      });
      writer.text(3, SCHEMA_URL);
    });
  }
  return { bytes: writer.bytes, marks: writer.marks, items: RESOURCES * METRICS.length * each, traces: 0 };
}

function writePoints(writer, random, count, attributesField, writePoint) {
  for (let i = 0; i < count; i++) {
    writer.message(1, () => {
      writer.attributes(attributesField, {
        'http.request.method': random.pick(['GET', 'POST', 'PUT']), 'http.route': `/api/v2/route/${i}`, 'http.response.status_code': random.pick([200, 201, 404, 500]),
        'network.protocol.version': '1.1', ...(i % 2 === 0 ? { 'booking.step': random.pick(['form', 'identity', 'booking']) } : {}),
      });
      writer.time(2, -60e9);
      writer.time(3, -random.below(1_000) * 1e6);
      writePoint();
    });
  }
}

function writeGauge(writer, random, count) {
  writer.message(5, () => writePoints(writer, random, count, 7, () => writer.double(4, random.fraction() * 1_000)));
}

function writeSum(writer, random, count) {
  writer.message(7, () => {
    writePoints(writer, random, count, 7, () => writer.fixed64(6, random.below(1_000_000)));
    writer.unsigned(2, CUMULATIVE);
    writer.unsigned(3, 1);
  });
}

function writeHistogram(writer, random, count) {
  writer.message(9, () => {
    writePoints(writer, random, count, 9, () => {
      const buckets = Array.from({ length: BOUNDS.length + 1 }, () => random.below(500));
      writer.fixed64(4, buckets.reduce((sum, n) => sum + n, 0));
      writer.double(5, random.fraction() * 1_000);
      writer.packedFixed64(6, buckets);
      writer.packedDouble(7, BOUNDS);
      writer.double(11, random.fraction() / 100);
      writer.double(12, 1 + random.fraction() * 10);
    });
    writer.unsigned(2, CUMULATIVE);
  });
}

function writeExponential(writer, random, count) {
  writer.message(10, () => {
    writePoints(writer, random, count, 1, () => {
      const buckets = Array.from({ length: 40 }, () => random.below(50));
      writer.fixed64(4, buckets.reduce((sum, n) => sum + n, 0) + 3);
      writer.double(5, random.fraction() * 1e6);
      writer.unsigned(6, 8); // Zigzag of scale 4.
      writer.fixed64(7, 3);
      writer.message(8, () => { writer.unsigned(1, 20); writer.packedVarint(2, buckets); });
    });
    writer.unsigned(2, CUMULATIVE);
  });
}
