// Fastify's routes on the HTTP server span as soon as Fastify has found them, so that a request has its name while it is
// still open. Fastify publishes every new instance on a diagnostics channel; two hooks are enough, and no span is added.
import { subscribe } from 'node:diagnostics_channel';
import { context, SpanStatusCode } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import { ATTR } from '@narrows/contract/attributes';

const CHANNEL = 'fastify.initialization';

/** The part of Fastify that is used here. */
interface FastifyRequest { method: string; routeOptions?: { url?: string } }
interface FastifyError extends Error { statusCode?: number }
interface FastifyInstance {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: unknown, done: () => void) => void): unknown;
  addHook(name: 'onError', hook: (request: FastifyRequest, reply: unknown, error: FastifyError, done: () => void) => void): unknown;
}

/** Instrument every Fastify instance made from now on, of any copy of Fastify, loaded by `import` or by `require`. */
export function nameFastifyRoutes(): void {
  subscribe(CHANNEL, (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRequest', (request, _reply, done) => {
      nameRoute(request);
      done();
    });
    fastify.addHook('onError', (_request, _reply, error, done) => {
      recordError(error);
      done();
    });
  });
}

function nameRoute(request: FastifyRequest): void {
  const route = request.routeOptions?.url;
  const rpc = getRPCMetadata(context.active());
  if (route === undefined || rpc?.type !== RPCType.HTTP) return;
  rpc.route = route;
  rpc.span.setAttribute(ATTR.httpRoute, route);
  rpc.span.updateName(`${request.method} ${route}`);
}

/** A 4xx is the client's mistake: it is recorded, the span's status stays unset, as the semantic conventions say. */
function recordError(error: FastifyError): void {
  const rpc = getRPCMetadata(context.active());
  if (rpc?.type !== RPCType.HTTP) return;
  rpc.span.recordException(error);
  if ((error.statusCode ?? 500) >= 500) rpc.span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}
