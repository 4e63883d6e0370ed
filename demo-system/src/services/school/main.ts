// The front door of the online classes: a pupil chooses their region and goes in. School begins at 09:00 for everybody.
import { startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { SCHOOL_REGIONS } from '../classroom/regions.js';
import { Visitors } from '../visitors.js';

const ENTER_SCHEMA = {
  body: {
    type: 'object', required: ['region', 'pupil'], additionalProperties: false,
    properties: { region: { type: 'string', enum: SCHOOL_REGIONS.map(({ id }) => id) }, pupil: { type: 'string', minLength: 1, maxLength: 40 } },
  },
} as const;

await startService(async (app, setting) => {
  const visitors = new Visitors(setting);
  await servePublicPages(app, 'online-class');
  app.get('/api/school', async (request) => ({ language: visitors.languageOf(request), suspended: visitors.suspended, regions: SCHOOL_REGIONS.map(({ id, name }) => ({ id, name })) }));
  app.post('/api/entrances', { schema: ENTER_SCHEMA }, visitors.step('enter', async (request, reply, visitor) => {
    const { region, pupil } = request.body as { region: string; pupil: string };
    const asker = { ...visitor, person: visitors.person(pupil), traits: { ...visitor.traits, 'booking.region': region } };
    const { status, body } = await setting.backends.call<{ outcome?: string }>('POST', 'backendUrl', `/entrances/${region}`, asker);
    return visitors.answer(reply.code(status), body.outcome ?? 'entrance_failed');
  }));
});
