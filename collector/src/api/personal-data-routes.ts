// Requests of people about their data, as an agency's administrator answers them: proof that a number is not stored, what is stored of
// one person, and its deletion, each with its reason in the audit log. The number itself is in no log.
import { formFault } from '../access/form-fault.js';
import { NarrowsError, NumberSearchAnswerSchema, NumberSearchSchema, PersonDeletionAnswerSchema, PersonDeletionSchema, PersonRequestSchema, ROUTES } from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { countNumber, countOfTraces, selectJourneys, selectTracesOf } from '../query/person-journeys.js';
import { audited } from './audit-trail.js';
import { personOf } from './authorization.js';
import { describe } from './route-question.js';

export interface PersonalDataRoutesOptions {
  /** Raw rows of these traces, for good. */
  deleteTraces: (agency: string, traceIds: readonly string[]) => Promise<void>;
}
const DIGITS_MIN = 6;
const DIGITS_MAX = 20;

export function addPersonalDataRoutes(instance: FastifyInstance, { deleteTraces }: PersonalDataRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.post(ROUTES.numberSearch, { schema: { ...describe('Whether a number is anywhere in what is stored', NumberSearchAnswerSchema).schema, body: NumberSearchSchema } }, async (request) => {
    const digits = request.body.number.replace(/\D/g, '');
    if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX) throw formFault('number', 'digits');
    const found = await countNumber(personOf(request).asker, digits);
    audited(request, 'a number', found);
    return { ...found, absent: found.spans + found.logRecords + found.points === 0 };
  });
  app.post(ROUTES.personExport, { schema: { summary: 'Everything that is stored of one person, by their pseudonym', tags: ['query'], body: PersonRequestSchema } }, async (request, reply) => {
    const { asker } = personOf(request);
    const { pseudonym } = request.body;
    const traceIds = await selectTracesOf(asker, pseudonym);
    if (traceIds.length === 0) throw new NarrowsError('NOT_FOUND', 'Nothing is stored of this pseudonym.');
    audited(request, pseudonym, { traces: traceIds.length });
    reply.header('content-disposition', 'attachment; filename="journeys.json"');
    return { pseudonym, traces: traceIds.length, ...await selectJourneys(asker, traceIds) };
  });
  app.post(ROUTES.personDeletion, { schema: { ...describe('Delete the journeys of one person', PersonDeletionAnswerSchema).schema, body: PersonDeletionSchema } }, async (request) => {
    const { asker, agency } = personOf(request);
    const { pseudonym, confirm } = request.body;
    if (confirm !== pseudonym) throw formFault('confirm', 'pseudonym');
    const traceIds = await selectTracesOf(asker, pseudonym);
    if (traceIds.length === 0) throw new NarrowsError('NOT_FOUND', 'Nothing is stored of this pseudonym.');
    const deleted = await countOfTraces(asker, traceIds);
    await deleteTraces(agency.id, traceIds);
    const left = await countOfTraces(asker, traceIds);
    audited(request, pseudonym, { traces: traceIds.length, deleted, left });
    return { traces: traceIds.length, deleted, left };
  });
}
