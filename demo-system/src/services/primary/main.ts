// The site of a party primary: a voter signs in with the number and code they were sent, and votes once. Any doubt can void
// the vote, so the page shows the state of the audit trail to everybody.
import { startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { CANDIDATES, codeOf } from '../ballot-box/schema.js';
import { Visitors } from '../visitors.js';
import type { Cast, Audit } from '../ballot-box/cast.js';

const SIGN_IN = { voter: { type: 'integer', minimum: 1, maximum: 100_000_000 }, code: { type: 'string', pattern: '^\\d{6}$' } } as const;
const VOTE_SCHEMA = {
  body: { type: 'object', required: ['voter', 'code', 'candidate'], additionalProperties: false, properties: { ...SIGN_IN, candidate: { type: 'integer', minimum: 1, maximum: CANDIDATES.length } } },
} as const;

await startService(async (app, setting) => {
  const visitors = new Visitors(setting);
  const { backends } = setting;
  await servePublicPages(app, 'primary');

  app.get('/api/election', async (request) => ({ language: visitors.languageOf(request), suspended: visitors.suspended, candidates: CANDIDATES }));
  app.get('/api/audit', async () => (await backends.call<Audit>('GET', 'backendUrl', '/audit', null)).body);
  app.get<{ Params: { receipt: string } }>('/api/receipts/:receipt', { schema: { params: { type: 'object', properties: { receipt: { type: 'string', pattern: '^[0-9a-f]{16}$' } } } } }, async ({ params }) =>
    (await backends.call<{ sequence: number | null }>('GET', 'backendUrl', `/receipts/${params.receipt}`, null)).body);
  app.post('/api/votes', { schema: VOTE_SCHEMA }, visitors.step('vote', async (request, reply, visitor) => {
    const { voter, code, candidate } = request.body as { voter: number; code: string; candidate: number };
    if (code !== codeOf(voter)) return visitors.answer(reply.code(403), 'wrong_code');
    const person = visitors.person(String(voter));
    const { status, body } = await backends.call<Cast | { outcome?: undefined }>('POST', 'backendUrl', '/votes', { ...visitor, person }, { voter, candidate });
    return visitors.answer(reply.code(status), body.outcome ?? 'vote_unavailable', body.outcome === 'voted' ? { receipt: body.receipt } : {});
  }));
});
