// Eligibility, from the health insurance system in its closed network: may this person book? It asks the registry
// whether they were vaccinated already. The answer is a matter of business: 200 with "not eligible" is not an error.
import { createRegistryClient } from '../registry/registry-client.js';
import { whoAsks } from '../asker.js';
import { describeSpan, startService } from '../service.js';
import { eligibilityOf } from './rule.js';

const BODY_SCHEMA = {
  type: 'object', required: ['person', 'birth'], additionalProperties: false,
  properties: { person: { type: 'string', pattern: '^[0-9a-f]{16}$' }, birth: { type: 'string', pattern: '^\\d{6}$' } },
} as const;

await startService(async (app, { environment, levers }) => {
  const registry = createRegistryClient(environment.registryUrl);

  app.post<{ Body: { person: string; birth: string } }>('/eligibility', {
    schema: { body: BODY_SCHEMA },
    onRequest: async (request) => describeSpan({ step: 'form', ...whoAsks(request.headers) }),
  }, async (request) => {
    const { person, birth } = request.body;
    const { vaccinated } = await registry.get<{ vaccinated: boolean }>(`/records/${person}`);
    const outcome = eligibilityOf({ birth, vaccinated }, Date.now() + levers.clock.offsetMs, Date.now());
    describeSpan({ outcome });
    return { outcome };
  });

  return async () => registry.close();
});
