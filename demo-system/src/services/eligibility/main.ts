// Eligibility, from the health insurance system in its closed network: may this person book? It asks the registry
// whether they were vaccinated already. The answer is a matter of business: 200 with "not eligible" is not an error.
import { createRegistryClient } from '../registry/registry-client.js';
import { describeSpan, startService, whoAsks } from '../service.js';

await startService(async (app, { environment }) => {
  const registry = createRegistryClient(environment.registryUrl);

  app.post<{ Body: { person: string } }>('/eligibility', {
    schema: { body: { type: 'object', required: ['person'], additionalProperties: false, properties: { person: { type: 'string', pattern: '^[0-9a-f]{16}$' } } } },
    onRequest: async (request) => describeSpan({ step: 'form', ...whoAsks(request.headers) }),
  }, async (request) => {
    const record = await registry.get<{ vaccinated: boolean }>(`/records/${request.body.person}`);
    const outcome = record.vaccinated ? 'not_eligible' : 'eligible';
    describeSpan({ outcome });
    return { outcome };
  });

  return async () => registry.close();
});
