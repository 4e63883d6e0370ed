// The file server with the candidates' pledge booklets: a few workers that read from a slow disk, and a line in front of
// them. For years nobody asked; today everybody does.
import { metrics } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellParent } from '../../parent-channel.js';
import { createRandom } from '../../random.js';
import { whoAsks } from '../asker.js';
import { describeSpan, startService } from '../service.js';
import { PoolRefusal, WorkerPool } from '../worker-pool.js';
import { CANDIDATES } from './candidates.js';
import { pdfOf } from './pdf.js';

const WORKERS = 6;
const READ_MS_MEDIAN = 350;
const READ_MS_SPREAD = 0.3;
const BOOKLET_BYTES = 60_000;
const TRUTH_EVERY_MS = 200;

await startService(async (app, { environment }) => {
  const random = createRandom(environment.seed).fork('pdf-server');
  const pool = new WorkerPool({ workers: WORKERS, queueMax: WORKERS * 20, queueTimeoutMs: 15_000 });
  const booklets = CANDIDATES.map(({ id, name, party }) => pdfOf([`Pledges of candidate no. ${id}`, name.en, party.en], BOOKLET_BYTES));
  const meter = metrics.getMeter('pdf-server');
  meter.createObservableGauge('pdf_server.workers.max', { description: 'Files that can be read at once', unit: '{worker}' }).addCallback((result) => result.observe(pool.state().workers));
  const reporting = setInterval(() => tellParent({ type: 'pools', atMs: Date.now(), channels: [{ id: 'booklets', ...pool.state() }] }), TRUTH_EVERY_MS);

  app.get<{ Params: { id: number } }>('/booklets/:id.pdf', {
    schema: { params: { type: 'object', properties: { id: { type: 'integer', minimum: 1, maximum: CANDIDATES.length } } } },
    onRequest: async (request) => describeSpan({ step: 'file', ...whoAsks(request.headers) }),
  }, async (request, reply) => {
    const outcome = await pool.run(() => sleep(random.lognormal(READ_MS_MEDIAN, READ_MS_SPREAD), 'read' as const)).catch((error: unknown) => {
      if (error instanceof PoolRefusal) return error.reason;
      throw error;
    });
    describeSpan({ outcome });
    return outcome === 'read' ? reply.type('application/pdf').send(booklets[request.params.id - 1]) : reply.code(503).send({ outcome });
  });

  return async () => clearInterval(reporting);
});
