// Test support: a process that appends batch after batch to a real directory, four at a time, and prints the id of each
// batch as soon as it is acknowledged. It is killed in the middle. argv: directory, first batch id, "drain" to load instead.
import { writeSync } from 'node:fs';
import { nodeFiles } from '../dist/spool/files.js';
import { openSpool } from '../dist/spool/spool.js';

const [, , dir, first, mode] = process.argv;
// As a collector writes them, and read as after a crash.
const files = { ...nodeFiles, create: (path) => (path.endsWith('.segment') ? nodeFiles.createUncached(path) : nodeFiles.create(path)) };
const spool = await openSpool({ dir, bytesMax: 1e9, segmentBytesMax: 200_000, segmentAgeMsMax: 20, now: Date.now, files });
const block = (batchId, bytes) => { const data = Buffer.alloc(bytes, batchId & 0xff); data.writeUInt32LE(batchId, 0); return data; };

let next = Number(first);
async function appendForEver() {
  for (;;) {
    const batchId = next++;
    await spool.append({
      agency: 'first', signal: 'traces', batchId: BigInt(batchId), receivedAtMs: Date.now(), accepted: 1, rejected: {},
      changed: { redacted: 0, truncated: 0, invalidUtf8: 0 }, blocks: [{ table: 'otel_traces', rows: 1, bytes: block(batchId, 5_000) }],
    });
    writeSync(1, `${batchId}\n`);
  }
}

async function drain() {
  await spool.seal();
  while (spool.stats().waitingSegments > 0) {
    const segment = await spool.nextSealed();
    for (const bytes of segment.loads().flatMap((load) => load.blocks)) writeSync(1, `${Buffer.from(bytes).readUInt32LE(0)}\n`);
    await spool.release(segment.segmentId);
  }
  await spool.close();
}

if (mode === 'drain') await drain();
else await Promise.all([1, 2, 3, 4].map(appendForEver));
