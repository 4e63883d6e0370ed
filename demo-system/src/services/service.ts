// How every service of the demo starts, says that it is ready, and ends: the same few lines for all seven. A service
// only adds its routes. What it knows of OpenTelemetry is the API; the agent is attached from outside by `--import`.
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { readEnvironment, type DemoEnvironment } from '../environment.js';
import { onParentMessage, tellParent, whenParentIsGone } from '../parent-channel.js';
import { scenarioOf, type Scenario } from '../scenario.js';

/** Pseudonyms travel inside the system in these headers; the public never sends them. */
export const PERSON_HEADER = 'x-demo-person';
export const SESSION_HEADER = 'x-demo-session';

const BODY_BYTES_MAX = 64 * 1024;
const KEEP_ALIVE_MS = 75_000;

export interface ServiceSetting {
  environment: DemoEnvironment;
  scenario: Scenario;
  /** Second of the crowd's timeline; below zero before it has begun. */
  timelineSecond: () => number;
}

/** Everything that is known about the transaction, for the server span that is open now. Left-out values stay as they are. */
export interface SpanFacts { person?: string | undefined; session?: string | undefined; step?: string; outcome?: string; channel?: string }

export function describeSpan(facts: SpanFacts): void {
  const span = trace.getActiveSpan();
  if (span === undefined) return;
  if (facts.person) span.setAttribute('enduser.pseudo.id', facts.person);
  if (facts.session) span.setAttribute('session.id', facts.session);
  if (facts.step) span.setAttribute('booking.step', facts.step);
  if (facts.outcome) span.setAttribute('booking.outcome', facts.outcome);
  if (facts.channel) span.setAttribute('identity.channel', facts.channel);
}

/** The pseudonyms that the gateway sent with a request. */
export function whoAsks(headers: Readonly<Record<string, string | string[] | undefined>>): { person: string | undefined; session: string | undefined } {
  const one = (name: string) => { const value = headers[name]; return typeof value === 'string' ? value : undefined; };
  return { person: one(PERSON_HEADER), session: one(SESSION_HEADER) };
}

/** Start a service: its routes, then its port, then the word to the supervisor. `stop` is called when it ends. */
export async function startService(addRoutes: (app: FastifyInstance, setting: ServiceSetting) => Promise<(() => Promise<void>) | void>): Promise<void> {
  const environment = readEnvironment();
  const logger: FastifyBaseLogger = pino({ level: 'warn' });
  const app = Fastify({
    loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), forceCloseConnections: true,
    trustProxy: 'loopback', bodyLimit: BODY_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS,
  });
  let beganAtMs = Number.POSITIVE_INFINITY;
  const timelineSecond = () => Number.isFinite(beganAtMs) ? (Date.now() - beganAtMs) / 1_000 * environment.speed : -1;
  const stop = await addRoutes(app, { environment, scenario: scenarioOf(environment.scenario), timelineSecond });

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
  onParentMessage((message) => { if (message.type === 'begin') beganAtMs = message.atMs; });

  await app.listen({ host: environment.host, port: environment.port });
  const address = app.server.address();
  tellParent({ type: 'ready', port: typeof address === 'object' && address !== null ? address.port : environment.port });
}
