// The online classrooms of a country, by region: each region has so many places at its entrance, and at 09:00 exactly
// everybody stands in front of it. In: a pupil of a region. Out: inside, or why not.
import { metrics } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellParent } from '../../parent-channel.js';
import { createRandom } from '../../random.js';
import { whoAsks } from '../asker.js';
import { describeSpan, startService } from '../service.js';
import { PoolRefusal, WorkerPool } from '../worker-pool.js';
import { SCHOOL_REGIONS } from './regions.js';

const ENTER_MS_MEDIAN = 1_000;
const ENTER_MS_SPREAD = 0.3;
const TRUTH_EVERY_MS = 200;

await startService(async (app, { environment, levers, onOperation }) => {
  const random = createRandom(environment.seed).fork('classroom');
  const pools = new Map(SCHOOL_REGIONS.map(({ id, places }) => [id, new WorkerPool({ workers: Math.max(1, Math.round(places * environment.share)), queueMax: places * 100, queueTimeoutMs: 20_000 })]));
  metrics.getMeter('classroom').createObservableGauge('classroom.places.max', { description: 'Pupils that can enter at once', unit: '{place}' })
    .addCallback((result) => { for (const [id, pool] of pools) result.observe(pool.state().workers, { 'class.region': id }); });
  const reporting = setInterval(() => tellParent({ type: 'pools', atMs: Date.now(), channels: [...pools].map(([id, pool]) => ({ id, ...pool.state() })) }), TRUTH_EVERY_MS);
  onOperation((operation) => { if (operation.action === 'capacity') pools.get(operation.channel)?.resize(operation.workers); });

  app.post<{ Params: { region: string } }>('/entrances/:region', {
    onRequest: async (request) => describeSpan({ step: 'enter', channel: (request.params as { region: string }).region, ...whoAsks(request.headers) }),
  }, async (request, reply) => {
    const { region } = request.params;
    const pool = pools.get(region);
    if (!pool) return reply.code(404).send({ outcome: 'unknown_region' });
    const trouble = () => levers.channels.get(region) ?? {};
    const outcome = await pool.run(async () => {
      await sleep(random.lognormal(ENTER_MS_MEDIAN, ENTER_MS_SPREAD) * (trouble().slowBy ?? 1));
      return trouble().down || random.next() < (trouble().failingShare ?? 0) ? 'entrance_failed' as const : 'entered' as const;
    }).catch((error: unknown) => {
      if (error instanceof PoolRefusal) return error.reason;
      throw error;
    });
    describeSpan({ outcome });
    return reply.code(outcome === 'entered' ? 200 : 503).send({ outcome });
  });

  return async () => clearInterval(reporting);
});
