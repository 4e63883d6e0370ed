// The control desk of a running demo, on this machine only: a page and the few routes behind it, which the command
// `narrows-demo` uses, too. In: faults to begin and end, operations. Out: what can be done, what goes on, how people fare.
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import { servePublicPages } from '../services/public-pages.js';
import type { Bilingual } from '@narrows/contract';
import type { PeopleCounts } from '../parent-channel.js';
import type { GroundTruth } from '../observe/ground-truth.js';
import type { FaultDesk, FaultWish } from './fault-desk.js';
import { operationOf } from './operations.js';
import { DemoFailure } from './part.js';

/** What the desk shows of the demo. */
export interface DemoState {
  scenario: string;
  title: Bilingual;
  site: string;
  people: PeopleCounts | null;
  services: readonly { name: string; instances: number; version: string }[];
  channels: readonly string[];
  truth: readonly GroundTruth[];
}

export interface ControlSetting {
  port: number;
  /** File that says where the desk is. */
  file: string;
  desk: FaultDesk;
  state: () => DemoState;
  operate: (action: ReturnType<typeof operationOf>) => Promise<string>;
}

const WISH_SCHEMA = {
  type: 'object', required: ['fault'], additionalProperties: false,
  properties: { fault: { type: 'string', maxLength: 64 }, target: { type: 'string', maxLength: 64 }, amount: { type: 'number' }, seconds: { type: 'number' } },
} as const;
const OPERATION_SCHEMA = {
  type: 'object', required: ['name', 'values'], additionalProperties: false,
  properties: { name: { type: 'string', maxLength: 32 }, values: { type: 'array', maxItems: 32, items: { type: 'string', maxLength: 64 } } },
} as const;

/** Start it. Errors: DemoFailure when the port is in use. */
export async function startControlServer(setting: ControlSetting): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false, logController: new LogController({ disableRequestLogging: true }), forceCloseConnections: true, bodyLimit: 16 * 1024 });
  app.addHook('onRequest', refuseOtherSites);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => reply.code(error instanceof DemoFailure ? 409 : error.statusCode ?? 500).send({ error: error.message }));
  await servePublicPages(app, 'control');
  addRoutes(app, setting);
  await app.listen({ host: '127.0.0.1', port: setting.port }).catch((error: Error & { code?: string }) => {
    throw error.code === 'EADDRINUSE' ? new DemoFailure(`Port ${setting.port} is in use by another program; stop it, or choose another port with --control-port.`) : error;
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  fs.writeFileSync(setting.file, JSON.stringify({ url, pid: process.pid }));
  return { url, close: () => app.close() };
}

function addRoutes(app: FastifyInstance, { desk, state, operate }: ControlSetting): void {
  app.get('/api/state', async () => ({
    ...state(),
    faults: desk.possible.map(({ id, title, sentence, target, targets, amount }) => ({ id, title, sentence, target, targets, amount })),
    active: desk.active,
  }));
  app.post<{ Body: FaultWish }>('/api/faults/start', { schema: { body: WISH_SCHEMA } }, async ({ body }) => desk.start(body));
  app.post<{ Body: FaultWish }>('/api/faults/stop', { schema: { body: WISH_SCHEMA } }, async ({ body }) => {
    await desk.stop(body.fault, body.target);
    return {};
  });
  app.post('/api/faults/stop-all', { schema: { body: { type: 'object', additionalProperties: false } } }, async () => {
    await desk.stopAll();
    return {};
  });
  app.post<{ Body: { name: string; values: string[] } }>('/api/operations', { schema: { body: OPERATION_SCHEMA } }, async ({ body }) => ({ done: await operate(operationOf(body.name, body.values)) }));
}

/** A page from elsewhere, open in the same browser, must not reach the desk: neither by its own name for this address nor by a form. */
async function refuseOtherSites(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { host = '', origin } = request.headers;
  const ours = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
  const isJson = request.method === 'GET' || (request.headers['content-type'] ?? '').startsWith('application/json');
  if (!ours || !isJson) await reply.code(403).send({ error: 'The control desk answers its own page and commands of this machine only.' });
}
