// The audit log as pages, as proof, and as a file to take away. Taking it away needs a reason, which becomes its next entry.
import { AuditAnswerSchema, AuditExportQuerySchema, AuditQuerySchema, AuditVerdictSchema, ROUTES } from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { appendAudit, selectAudit, verifyAudit, type AuditEntry } from '../access/audit-log.js';
import type { MetaDb } from '../access/meta-db.js';
import { personOf } from './authorization.js';
import { describe } from './route-question.js';

const ENTRIES_DEFAULT = 100;
const EXPORT_PAGE = 500;

export function addAuditRoutes(instance: FastifyInstance, { db, now }: { db: MetaDb; now: () => number }): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.audit, { schema: { ...describe('Entries of the audit log, newest first', AuditAnswerSchema).schema, querystring: AuditQuerySchema } }, async (request) => {
    const { from, to, limit = ENTRIES_DEFAULT, ...filter } = request.query;
    return { entries: await selectAudit(db, personOf(request).agency.id, { ...filter, fromMs: from, toMs: to, limit }) };
  });
  app.get(ROUTES.auditProof, describe('Whether every entry follows from the one before', AuditVerdictSchema), async (request) => {
    const { agency: _agency, ...verdict } = await verifyAudit(db, personOf(request).agency.id);
    return verdict;
  });
  app.get(ROUTES.auditExport, { schema: { summary: 'All entries as JSON lines; the reason is written down', tags: ['access'], querystring: AuditExportQuerySchema } }, async (request, reply) => {
    const { owner, agency } = personOf(request);
    const { reason, from, to } = request.query;
    await appendAudit(db, { agency: agency.id, actor: owner.user, role: owner.role, origin: request.ip, action: 'audit exported', subject: agency.id, detail: { reason, from, to } }, now());
    reply.header('content-disposition', `attachment; filename="audit-${agency.id}.jsonl"`).type('application/x-ndjson; charset=utf-8');
    return reply.send(Readable.from(linesOf(db, agency.id, { fromMs: from, toMs: to })));
  });
}

async function* linesOf(db: MetaDb, agency: string, range: { fromMs: number | undefined; toMs: number | undefined }): AsyncGenerator<string> {
  for (let before: number | undefined; ;) {
    const page: AuditEntry[] = await selectAudit(db, agency, { ...range, before, limit: EXPORT_PAGE });
    for (const entry of page) yield `${JSON.stringify(entry)}\n`;
    before = page.at(-1)?.sequence;
    if (page.length < EXPORT_PAGE) return;
  }
}
