// The pledge shop, 2017: a candidate's promises laid out like goods. The page became the top search of the day; the next
// thing that came was a flood. In: people who look and like. Out: the page, and their likes. A few workers lay out the pages,
// each its own since it shows what this visitor likes: enough for the searches of the day, and not for a flood.
import { metrics } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../random.js';
import { startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { shareFor } from '../share-for.js';
import { PLEDGES } from '../likes/schema.js';
import { Visitors } from '../visitors.js';
import { PoolRefusal, WorkerPool } from '../worker-pool.js';

const LIKES_KEPT_MS = 1_000;
/** Eight pages at once, 75 ms each: about 105 a second. */
const WORKERS = 8;
const LAYOUT_MS_MEDIAN = 72;
const LAYOUT_MS_SPREAD = 0.3;

await startService(async (app, setting) => {
  const visitors = new Visitors(setting);
  const likes = shareFor(LIKES_KEPT_MS, async () => (await setting.backends.call<{ likes: { id: number; likes: number }[] }>('GET', 'backendUrl', '/pledges', null)).body.likes);
  const random = createRandom(setting.environment.seed).fork('shop');
  const pages = new WorkerPool({ workers: WORKERS, queueMax: WORKERS * 60, queueTimeoutMs: 10_000 });
  metrics.getMeter('shop').createObservableGauge('shop.workers.max', { description: 'Pages that can be laid out at once', unit: '{worker}' }).addCallback((result) => result.observe(WORKERS));
  await servePublicPages(app, 'pledge-shop');

  app.get('/api/pledges', visitors.step('catalogue', async (request, reply) => {
    const counts = new Map((await likes()).map(({ id, likes: count }) => [id, count]));
    const outcome = await pages.run(() => sleep(random.lognormal(LAYOUT_MS_MEDIAN, LAYOUT_MS_SPREAD), 'shown' as const)).catch((error: unknown) => {
      if (error instanceof PoolRefusal) return error.reason;
      throw error;
    });
    if (outcome !== 'shown') return visitors.answer(reply.code(503), outcome);
    return visitors.answer(reply, outcome, { language: visitors.languageOf(request), pledges: PLEDGES.map((pledge) => ({ ...pledge, likes: counts.get(pledge.id) ?? 0 })) });
  }));
  app.post<{ Params: { pledge: number } }>('/api/pledges/:pledge/likes', { schema: { params: { type: 'object', properties: { pledge: { type: 'integer', minimum: 1, maximum: PLEDGES.length } } } } },
    visitors.step('like', async (request, reply, visitor) => {
      const { pledge } = request.params as { pledge: number };
      const { status, body } = await setting.backends.call<{ outcome?: string }>('POST', 'backendUrl', `/pledges/${pledge}/likes`, visitor, { person: visitor.session });
      return visitors.answer(reply.code(status), body.outcome ?? 'like_unavailable');
    }));
});
