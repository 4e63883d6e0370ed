// A sender that harms: `node bench/load/flood.mjs --url … --key … --rate 600 --seconds 10` sends at a fixed rate, whatever it is
// told, and every span comes from a service and an instance that were never seen before. Prints how many requests had
// which answer; forked, it sends that.
import { parseArgs } from 'node:util';
import { HttpConnection } from './http-connection.mjs';
import { Pace } from './pace.mjs';
import { ProtobufWriter } from './protobuf-writer.mjs';

const { values } = parseArgs({ options: {
  url: { type: 'string' }, key: { type: 'string' }, rate: { type: 'string', default: '0' }, seconds: { type: 'string', default: '10' },
  items: { type: 'string', default: '64' }, connections: { type: 'string', default: '8' },
} });
const DIGITS = 9;
const PLACEHOLDER = 'explosion-'.padEnd(10 + DIGITS, '0');
const SPAN_KIND_SERVER = 2;
const url = new URL(values.url);

function writeResourceSpans(writer, t) {
  writer.message(1, () => writer.attributes(1, { 'service.name': PLACEHOLDER, 'service.instance.id': PLACEHOLDER, 'telemetry.sdk.language': 'nodejs' }));
  writer.message(2, () => writer.message(2, () => {
    writer.traceId(1, t);
    writer.spanId(2, t);
    writer.text(5, 'GET /');
    writer.unsigned(6, SPAN_KIND_SERVER);
    writer.time(7, -2e9);
    writer.time(8, -1e9);
    writer.attributes(9, { 'http.request.method': 'GET', 'http.route': '/', 'peer.service': PLACEHOLDER, 'enduser.pseudo.id': PLACEHOLDER });
  }));
}

/** Bytes of one request, with the places where its names stand. */
function makeBody(items) {
  const writer = new ProtobufWriter();
  for (let t = 0; t < items; t++) writer.message(1, () => writeResourceSpans(writer, t));
  const bytes = writer.bytes;
  for (const { kind, at, index } of writer.marks) {
    if (kind === 'time') bytes.writeBigUInt64LE(BigInt(Date.now()) * 1_000_000n + BigInt(index), at);
    else bytes.writeUInt32LE(index + 1, at); // Never zero.
  }
  const names = [];
  for (let at = bytes.indexOf(PLACEHOLDER); at >= 0; at = bytes.indexOf(PLACEHOLDER, at + 1)) names.push(at + PLACEHOLDER.length - DIGITS);
  return { bytes, names };
}

async function main() {
  const items = Number(values.items);
  const pace = new Pace(Number(values.rate));
  const answers = {};
  let name = 0;
  let stopping = false;
  const worker = async () => {
    const connection = new HttpConnection(url);
    const { bytes, names } = makeBody(items);
    const head = HttpConnection.head(url, { 'content-type': 'application/x-protobuf', authorization: `Bearer ${values.key}` }, bytes.length);
    for (await pace.turn(); !stopping; await pace.turn()) {
      for (const at of names) bytes.write(String(name++).padStart(DIGITS, '0'), at, 'latin1');
      const answer = await connection.post(head, bytes).catch((error) => error.code ?? error.message);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
    connection.close();
  };
  const workers = Array.from({ length: Number(values.connections) }, worker);
  await new Promise((resolve) => { setTimeout(resolve, Number(values.seconds) * 1_000); });
  stopping = true;
  pace.stop();
  await Promise.all(workers);
  return { answers, items };
}

const report = await main();
if (process.send) process.send(report, () => process.disconnect());
else process.stdout.write(`${JSON.stringify(report)}\n`);
