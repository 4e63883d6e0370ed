// The door for people: query API, live stream, login and dashboard on one port. Everything a browser needs is served
// from here and nothing from elsewhere, so the content policy allows no other origin and no inline script.
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { createServer } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ROUTES } from '@narrows/contract';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { addAlertRoutes, type AlertRoutesOptions } from './alert-routes.js';
import { createAuthentication } from './authentication.js';
import { addAccountRoutes } from './account-routes.js';
import { addAgencyRoutes, type AgencyRoutesOptions } from './agency-routes.js';
import { addAuditRoutes } from './audit-routes.js';
import { addAuditTrail } from './audit-trail.js';
import { addAuthorization, API_PREFIX } from './authorization.js';
import { addDashboardFiles } from './dashboard-files.js';
import { answerError } from './error-answer.js';
import { addIncidentRoutes, type IncidentRoutesOptions } from './incident-routes.js';
import { addKeyRoutes } from './key-routes.js';
import { LiveHub } from './live-hub.js';
import { LiveStreams } from './live-stream.js';
import { addLoginRoute } from './login-route.js';
import { addPeopleRoutes } from './people-routes.js';
import { addPersonalDataRoutes, type PersonalDataRoutesOptions } from './personal-data-routes.js';
import { addSignOnPages, addSignOnRoutes, type SignOnRoutesOptions } from './sign-on-routes.js';
import { addSetupRoutes, type SetupRoutesOptions } from './setup-routes.js';
import { addPublicPageRoutes, type PublicPageRoutesOptions } from './public-page-routes.js';
import { addQueryRoutes, type QueryRoutesOptions } from './query-routes.js';
import type { StatusDoor } from '../status/status-door.js';

export interface ApiOptions extends Omit<QueryRoutesOptions, 'hub' | 'streams'>, Pick<AgencyRoutesOptions, 'deleteData' | 'timeZone'>, Pick<SetupRoutesOptions, 'readPipeline' | 'ports' | 'refresh' | 'redact'>, PersonalDataRoutesOptions, Pick<SignOnRoutesOptions, 'providers'> {
  log: FastifyBaseLogger;
  dashboardDir: string;
  alerts: Pick<AlertRoutesOptions, 'engine' | 'guard'> & Pick<IncidentRoutesOptions, 'chromium'> & Pick<PublicPageRoutesOptions, 'board'>;
  /** Public pages: answered before everything else, since a whole country may ask. */
  door: StatusDoor;
  /** Null: everything works. Otherwise one word for what does not. */
  degradedBy: () => Promise<string | null>;
  /** What people type before the path. */
  publicUrl: () => string;
  /** Told of every route, for whoever wants the whole list. */
  onRoute?: (route: { method: string | string[]; url: string }) => void;
}

/** Requests a minute and address: a page that is open and clicked through needs some two hundred. */
const REQUESTS_PER_MINUTE = 3_000;

/** Longer than a proxy in front holds its connections (a minute, mostly): one that the far end closes just as it is used again is a 502. */
const KEEP_ALIVE_MS = 75_000;

/** Not yet listening. `close()` ends the live streams first. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    loggerInstance: options.log, logController: new LogController({ disableRequestLogging: true }), forceCloseConnections: true, routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false } },
    serverFactory: (handler) => createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => { if (!options.door.answer(request, response)) handler(request, response); }),
  });
  app.setErrorHandler(answerError);
  if (options.onRoute) app.addHook('onRoute', options.onRoute);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"], scriptSrc: ["'self'"], workerSrc: ["'self'", 'blob:'], imgSrc: ["'self'", 'data:', 'blob:'], fontSrc: ["'self'", 'data:'],
        // Charts and positioned pop-ups set style attributes; an attribute can move a box, but run nothing.
        styleSrc: ["'self'", "'unsafe-inline'"], connectSrc: ["'self'"], objectSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"], formAction: ["'self'"],
      },
    },
    hsts: false, // The proxy in front that speaks TLS decides on it.
  });
  await app.register(cookie);
  await app.register(rateLimit, { max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  await app.register(compress, { threshold: 2_048, encodings: ['gzip'] });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0', info: { title: 'Narrows query API', version: options.version, description: 'Moments are Unix ms, span times Unix ns as strings; null means "not reported".' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' }, session: { type: 'apiKey', in: 'cookie', name: 'narrows_session' } } },
      security: [{ token: [] }, { session: [] }],
    },
  });

  const { db, store, now, storedThroughMs } = options;
  const hub = new LiveHub({ db, store, now, storedThroughMs, onError: (err) => options.log.warn({ err }, 'live tick failed') });
  const streams = new LiveStreams();
  options.counters.watchViewers(() => hub.viewers);
  app.addHook('preClose', async () => { hub.close(); streams.close(); });
  addOperations(app, options);
  addLoginRoute(app, db, now);
  addSignOnPages(app, options);
  await app.register(async (scope) => {
    const authenticate = createAuthentication(db, now);
    addAuthorization(scope, { db, store, authenticate });
    addAuditTrail(scope, db, now);
    addAccountRoutes(scope, options);
    addSignOnRoutes(scope, options);
    addPeopleRoutes(scope, options);
    addKeyRoutes(scope, options);
    addAgencyRoutes(scope, options);
    addAuditRoutes(scope, options);
    addSetupRoutes(scope, options);
    addPersonalDataRoutes(scope, options);
    await addQueryRoutes(scope, { ...options, hub, streams });
    const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
    addAlertRoutes(typed, { ...options, ...options.alerts });
    addIncidentRoutes(typed, { ...options, ...options.alerts });
    addPublicPageRoutes(typed, { ...options, ...options.alerts });
    scope.get(ROUTES.openapi, { schema: { hide: true } }, async () => app.swagger());
  }, { prefix: API_PREFIX });
  await addDashboardFiles(app, options.dashboardDir);
  return app;
}

/** For machines that look after this one. Of agencies they tell sums only. */
function addOperations(app: FastifyInstance, { degradedBy, counters }: ApiOptions): void {
  const hidden = { schema: { hide: true }, logLevel: 'warn' as const };
  app.get('/health', hidden, async () => ({ status: 'up' }));
  app.get('/ready', hidden, async (_request, reply) => {
    const degraded = await degradedBy();
    return reply.code(degraded === null ? 200 : 503).send({ status: degraded === null ? 'ready' : 'degraded', because: degraded });
  });
  app.get('/metrics', hidden, async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(counters.prometheusText()));
}
