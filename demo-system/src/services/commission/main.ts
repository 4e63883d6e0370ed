// The election commission's site: quiet for years, then everybody wants the candidates' booklets in one evening. The list is
// light and shared; the files stand on a server of their own beside the web tier.
import { startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { CANDIDATES } from '../pdf-server/candidates.js';
import { Visitors } from '../visitors.js';

await startService(async (app, setting) => {
  const visitors = new Visitors(setting);
  await servePublicPages(app, 'commission');
  app.get('/api/candidates', visitors.step('list', async (request, reply) => visitors.answer(reply, 'shown', { language: visitors.languageOf(request), candidates: CANDIDATES })));
  app.get<{ Params: { id: number } }>('/booklets/:id.pdf', { schema: { params: { type: 'object', properties: { id: { type: 'integer', minimum: 1, maximum: CANDIDATES.length } } } } },
    visitors.step('file', async (request, reply, visitor) => {
      const { id } = request.params as { id: number };
      const { status, body } = await setting.backends.file('backendUrl', `/booklets/${id}.pdf`, visitor);
      if (status !== 200) return visitors.answer(reply.code(status), 'file_unavailable');
      return reply.type('application/pdf').header('content-disposition', `inline; filename="booklet-${id}.pdf"`).send(body);
    }));
});
