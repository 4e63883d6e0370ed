// How fast one core decodes, with nothing around it: the built decoder, protobuf bytes in, redacted column blocks out. Run
// as a process of its own, so that nothing else is in its heap. Prints items per CPU second for each signal.
import { parseArgs } from 'node:util';
import { createDecoder } from '../collector/dist/decode/decoder.js';
import { readPipelineFiles } from '../collector/dist/pipeline-files.js';
import path from 'node:path';
import { RequestBody, makePayloads } from './load/request-body.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' }, warmup: { type: 'string', default: '1.5' } } });
const ITEMS = { traces: 512, metrics: 2_000, logs: 512 };
const BODIES = 64;
const pipelines = readPipelineFiles(path.join(import.meta.dirname, 'load/pipeline.yaml'));
const decoder = createDecoder({ pipelines: () => pipelines });

/** Decode for so many CPU seconds; fresh ids are written between the measured stretches. */
function measure(signal, bodies, cpuSecondsMax) {
  let items = 0;
  let cpuMicros = 0;
  for (let ordinal = 0; cpuMicros < cpuSecondsMax * 1e6;) {
    for (const body of bodies) body.fill(ordinal++, Date.now());
    const began = process.cpuUsage();
    for (const { bytes } of bodies) {
      const decoded = decoder.decode({ agency: 'bench', signal, encoding: 'protobuf', bytes, receivedAtMs: Date.now(), batchId: BigInt(ordinal) });
      items += decoded.accepted;
      decoded.release(); // As the pipeline does when the blocks are on the disk.
    }
    const { user, system } = process.cpuUsage(began);
    cpuMicros += user + system;
  }
  return items / (cpuMicros / 1e6);
}

const rates = {};
for (const signal of Object.keys(ITEMS)) {
  const bodies = makePayloads({ signal, seed: 1, items: ITEMS[signal], count: BODIES }).map((payload) => new RequestBody(payload, 1));
  measure(signal, bodies, Number(values.warmup));
  rates[signal] = measure(signal, bodies, Number(values.seconds));
}
process.stdout.write(`${JSON.stringify(rates)}\n`);
