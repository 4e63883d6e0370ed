// How every service of the demo starts, says that it is ready, has its faults, and ends: the same few lines for all. A
// service only adds its routes. What it knows of OpenTelemetry is the API; the agent is attached from outside by `--import`.
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { readEnvironment, type DemoEnvironment } from '../environment.js';
import { leversAtRest, type Levers } from '../faults/levers.js';
import { FaultsInService } from '../faults/faults-in-service.js';
import { onParentMessage, tellParent, whenParentIsGone, type Operation } from '../parent-channel.js';
import { systemOf, type System } from '../system.js';
import { scenarioOf } from '../scenario.js';
import { ATTEMPT_HEADER, whoAsks, type Asker } from './asker.js';
import { Backends } from './backends.js';

const BODY_BYTES_MAX = 64 * 1024;
const KEEP_ALIVE_MS = 75_000;

export interface ServiceSetting {
  environment: DemoEnvironment;
  levers: Levers;
  backends: Backends;
  /** Hear what operators do while the system runs. */
  onOperation: (listener: (operation: Operation) => void) => void;
}

/** Everything that is known about the transaction, for the server span that is open now. Left-out values stay as they are. */
export interface SpanFacts extends Asker { step?: string; outcome?: string; channel?: string; clinic?: string }

/** What this process's system calls them. */
let attributes = systemOf('vaccine').attributes;

export function describeSpan(facts: SpanFacts): void {
  const span = trace.getActiveSpan();
  if (span === undefined) return;
  if (facts.person) span.setAttribute('enduser.pseudo.id', facts.person);
  if (facts.session) span.setAttribute('session.id', facts.session);
  const { step, outcome, channel } = attributes;
  if (facts.step) span.setAttribute(step, facts.step);
  if (facts.outcome) span.setAttribute(outcome, facts.outcome);
  if (facts.channel) span.setAttribute(channel, facts.channel);
  if (facts.clinic) span.setAttribute('booking.clinic', facts.clinic);
  for (const [name, value] of Object.entries(facts.traits ?? {})) span.setAttribute(name, value);
}

type AddRoutes = (app: FastifyInstance, setting: ServiceSetting) => Promise<(() => Promise<void>) | void>;

/** Start a service: its routes, then its port, then the word to the supervisor. What `addRoutes` answers is called when it ends. */
export async function startService(addRoutes: AddRoutes): Promise<void> {
  const environment = readEnvironment();
  attributes = systemOf(scenarioOf(environment.scenario).system).attributes;
  const logger: FastifyBaseLogger = pino({ level: 'warn' });
  const app = Fastify({
    loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), forceCloseConnections: true,
    trustProxy: 'loopback', bodyLimit: BODY_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const levers = leversAtRest(environment.service, environment.databaseUrl);
  levers.handling.extraMs = environment.extraMs;
  app.addHook('onRequest', async (request) => {
    const attempt = Number(request.headers[ATTEMPT_HEADER] ?? 0);
    if (attempt > 0) trace.getActiveSpan()?.setAttribute('http.request.resend_count', attempt);
    describeSpan({ traits: whoAsks(request.headers).traits });
  });
  // After all hooks that describe the request, so that what waits here is told by stage and channel, too.
  app.addHook('preHandler', async () => { if (levers.handling.extraMs > 0) await sleep(levers.handling.extraMs); });
  delayArrivals(app.server, levers);
  const stop = await addRoutes(app, hearSupervisor(environment, levers));
  endWithSupervisor(app, stop);
  await app.listen({ host: environment.host, port: environment.port });
  const address = app.server.address();
  tellParent({ type: 'ready', port: typeof address === 'object' && address !== null ? address.port : environment.port });
}

/** Everything that the supervisor may say while a service runs. */
function hearSupervisor(environment: DemoEnvironment, levers: Levers): ServiceSetting {
  const backends = new Backends(levers);
  const system: System = systemOf(scenarioOf(environment.scenario).system);
  for (const { name, urlName } of system.services) if (environment[urlName] !== '') backends.set(urlName, name, [environment[urlName]]);
  const faults = new FaultsInService(levers);
  const listeners: ((operation: Operation) => void)[] = [];
  onParentMessage((message) => {
    if (message.type === 'backends') backends.set(message.urlName, message.service, message.urls);
    if (message.type === 'operate') for (const listener of listeners) listener(message.operation);
    if (message.type === 'fault') void faults.change(message).then((error) => tellParent({ type: 'fault-answer', id: message.id, error }));
  });
  return {
    environment, levers, backends,
    onOperation: (listener) => { listeners.push(listener); },
  };
}

/** A request that is long on its way: it is handed on later, before anything here (the agent, too) sees it. */
function delayArrivals(server: Server, levers: Levers): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]): boolean => {
    if (event !== 'request' || levers.network.delayMs === 0) return emit(event, ...args);
    setTimeout(() => emit(event, ...args), levers.network.delayMs);
    return true;
  };
}

function endWithSupervisor(app: FastifyInstance, stop: (() => Promise<void>) | void): void {
  const end = async () => {
    await app.close();
    await stop?.();
    // The agent flushes what it holds on SIGTERM; ending by it, rather than by exit(), lets it.
    if (process.connected) process.disconnect();
  };
  let ending = false;
  const endOnce = () => { if (!ending) { ending = true; void end().catch((error: unknown) => { app.log.error(error); process.exitCode = 1; }); } };
  // Ctrl-C is the supervisor's to hear: it ends its processes in order.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', endOnce);
  whenParentIsGone(() => process.exit(0));
}
