// What goes into the audit log by itself: every read that needs the permission `telemetry`, before it is read; and every change,
// with the status it was answered with, before its sender hears of it. A page that asks the same again and again is one entry a
// minute. Handlers add what only they know with `audited`.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { appendAudit } from '../access/audit-log.js';
import type { MetaDb } from '../access/meta-db.js';
import { API_PREFIX, type Person } from './authorization.js';
import { permissionOf } from '@narrows/contract';

const SAME_READ_MS = 60_000;
const READS_REMEMBERED_MAX = 10_000;
const SECRET_FIELD = /password|secret|token|code|current|number/i;
const VALUE_CHARACTERS_MAX = 300;

declare module 'fastify' { interface FastifyRequest { auditSubject?: string; auditDetail?: Record<string, unknown> } }

/** Says whose data a request is about, and what else the log should have of it. */
export function audited(request: FastifyRequest, subject: string, detail: Record<string, unknown> = {}): void {
  request.auditSubject = subject;
  request.auditDetail = { ...request.auditDetail, ...detail };
}

export function addAuditTrail(app: FastifyInstance, db: MetaDb, now: () => number): void {
  const reads = new Map<string, number>();
  app.addHook('preHandler', async (request) => {
    const { person } = request;
    if (!person || !isReading(request) || permissionOf(request.method, pathOf(request)) !== 'telemetry') return;
    const { from: _from, to: _to, ...question } = request.query as Record<string, unknown>;
    const key = JSON.stringify([person.owner.agency, person.owner.user, person.owner.person, pathOf(request), request.params, question]);
    const nowMs = now();
    if (nowMs - (reads.get(key) ?? 0) < SAME_READ_MS) return;
    await append(db, request, person, { ...request.query as object }, nowMs);
    reads.delete(key);
    reads.set(key, nowMs);
    if (reads.size > READS_REMEMBERED_MAX) reads.delete(reads.keys().next().value ?? '');
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { person } = request;
    if (person && !isReading(request)) await append(db, request, person, { status: reply.statusCode, ...withoutSecrets(request.body), ...request.auditDetail }, now());
    return payload;
  });
}

async function append(db: MetaDb, request: FastifyRequest, { owner }: Person, detail: Record<string, unknown>, nowMs: number): Promise<void> {
  const params = Object.values((request.params ?? {}) as Record<string, string>).join(' ');
  const asked = (request.query as { person?: string } | undefined)?.person;
  await appendAudit(db, {
    agency: owner.agency, actor: owner.user, role: owner.role, origin: request.ip, action: `${request.method} ${pathOf(request)}`, subject: request.auditSubject ?? (params || (asked ?? '')), detail,
  }, nowMs);
}

/** Questions that come with a body and change nothing. */
const ASKING = new Set(['POST /pipelines/check']);
const isReading = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD' || ASKING.has(`${request.method} ${pathOf(request)}`);
const pathOf = (request: FastifyRequest): string => (request.routeOptions.url ?? '').slice(API_PREFIX.length);

function withoutSecrets(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => !SECRET_FIELD.test(name)).map(([name, value]) => [name, shortened(value)]));
}

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX)}…` : value;
}
