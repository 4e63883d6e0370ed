// The relay's door for machines that look after it, and for the person who asks why nothing arrives outside: /health says
// that it lives and how it is in one object, /ready whether all is well, /metrics everything it counts.
import fastify, { type FastifyInstance } from 'fastify';
import { prometheusText, type MetricFamily } from './metric-family.js';
import type { ForwardState } from './relay/forward-state.js';
import type { SpoolStats } from './spool/spool.js';

export interface RelayHealth {
  status: 'up';
  relay: string;
  upstream: { condition: ForwardState['condition']; sinceMs: number | null; because: string };
  queueBytes: number;
  queueBytesMax: number;
  oldestReceivedMs: number | null;
  lastForwardMs: number | null;
  rejectedItems: number;
  quarantinedRequests: number;
}

export interface RelayDoorOptions {
  relayId: string;
  state: ForwardState;
  spool: () => SpoolStats;
  families: () => MetricFamily[];
}

/** Above this share of its room the queue is worth a person's look. */
const FULL_SHARE = 0.8;

/** Not yet listening. */
export function createRelayDoor({ relayId, state, spool, families }: RelayDoorOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  app.get('/health', async (): Promise<RelayHealth> => {
    const { bytes, bytesMax, oldestReceivedMs } = spool();
    return {
      status: 'up', relay: relayId, upstream: { condition: state.condition, sinceMs: state.sinceMs, because: state.because },
      queueBytes: bytes, queueBytesMax: bytesMax, oldestReceivedMs, lastForwardMs: state.lastForwardMs,
      rejectedItems: state.rejectedItems, quarantinedRequests: state.quarantinedRequests,
    };
  });
  app.get('/ready', async (_request, reply) => {
    const because = degradedBy(state, spool());
    return reply.code(because === null ? 200 : 503).send({ status: because === null ? 'ready' : 'degraded', because });
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(prometheusText(families())));
  return app;
}

/** What a person should know, worst first; data is accepted all the same while there is room. */
function degradedBy(state: ForwardState, { bytes, bytesMax }: SpoolStats): string | null {
  if (state.condition === 'unwelcome') return `the upstream refuses this relay: ${state.because}`;
  if (bytes > bytesMax * FULL_SHARE) return `the queue takes ${bytes} of ${bytesMax} bytes`;
  return state.condition === 'away' ? `the upstream is away: ${state.because}` : null;
}
