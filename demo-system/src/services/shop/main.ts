// The pledge shop, 2017: a candidate's promises laid out like goods. The page became the top search of the day; the next
// thing that came was a flood. In: people who look and like. Out: the page, and their likes.
import { startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { shareFor } from '../share-for.js';
import { PLEDGES } from '../likes/schema.js';
import { Visitors } from '../visitors.js';

const LIKES_KEPT_MS = 1_000;

await startService(async (app, setting) => {
  const visitors = new Visitors(setting);
  const likes = shareFor(LIKES_KEPT_MS, async () => (await setting.backends.call<{ likes: { id: number; likes: number }[] }>('GET', 'backendUrl', '/pledges', null)).body.likes);
  await servePublicPages(app, 'pledge-shop');

  app.get('/api/pledges', visitors.step('catalogue', async (request, reply) => {
    const counts = new Map((await likes()).map(({ id, likes: count }) => [id, count]));
    return visitors.answer(reply, 'shown', { language: visitors.languageOf(request), pledges: PLEDGES.map((pledge) => ({ ...pledge, likes: counts.get(pledge.id) ?? 0 })) });
  }));
  app.post<{ Params: { pledge: number } }>('/api/pledges/:pledge/likes', { schema: { params: { type: 'object', properties: { pledge: { type: 'integer', minimum: 1, maximum: PLEDGES.length } } } } },
    visitors.step('like', async (request, reply, visitor) => {
      const { pledge } = request.params as { pledge: number };
      const { status, body } = await setting.backends.call<{ outcome?: string }>('POST', 'backendUrl', `/pledges/${pledge}/likes`, visitor, { person: visitor.session });
      return visitors.answer(reply.code(status), body.outcome ?? 'like_unavailable');
    }));
});
