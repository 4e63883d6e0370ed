// Which libraries are watched: a picked list, so that start and memory stay small. Names are those of
// OTEL_NODE_ENABLED_INSTRUMENTATIONS and OTEL_NODE_DISABLED_INSTRUMENTATIONS.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { AgentConfig } from './config.js';
import { nameFastifyRoutes } from './fastify-routes.js';

const MAKE: Record<string, () => Instrumentation> = {
  http: () => new HttpInstrumentation(),
  undici: () => new UndiciInstrumentation(),
  pg: () => new PgInstrumentation(),
  pino: () => new PinoInstrumentation(),
  'runtime-node': () => new RuntimeNodeInstrumentation(),
};

export function createInstrumentations(config: AgentConfig): Instrumentation[] {
  if (config.instruments('fastify')) nameFastifyRoutes();
  return Object.entries(MAKE).filter(([name]) => config.instruments(name)).map(([, make]) => make());
}
