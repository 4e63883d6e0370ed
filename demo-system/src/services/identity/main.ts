// Identity verification: nine interchangeable channels, each a finite pool of workers with its own line, service time
// and failures. In: `POST /verify/:channel`. Out: verified, or why not. It also tells the traffic lights and, over the
// supervisor's line, what is true inside: the demo compares verdicts with that.
import { metrics } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellParent } from '../../parent-channel.js';
import { createRandom } from '../../random.js';
import { vaccineScenarioOf, type ChannelSpec } from '../../scenario.js';
import { PROVIDER_FAILS_MS, SERVICE_TIME_SPREAD } from '../../scenarios/channels.js';
import { whoAsks } from '../asker.js';
import { describeSpan, startService, type ServiceSetting } from '../service.js';
import { PoolRefusal, WorkerPool } from '../worker-pool.js';

const TRUTH_EVERY_MS = 200;
/** A closed door is found at once. */
const REFUSED_MS = 20;

/** What a verification ends in, and the status that says so. Only the system's own failures are 5xx. */
const OUTCOMES = {
  verified: 200, identity_mismatch: 422, provider_error: 502, provider_timeout: 504, queue_full: 503, queue_timeout: 503,
} as const;
type VerificationOutcome = keyof typeof OUTCOMES;

class Channel {
  readonly spec: ChannelSpec;
  readonly pool: WorkerPool;
  /** Share of recent verifications that failed for the system's fault, exponentially forgotten. */
  failing = 0;
  readonly #random;
  readonly #setting: ServiceSetting;

  constructor(spec: ChannelSpec, setting: ServiceSetting) {
    this.spec = spec;
    // One of several instances has its part of the workers.
    const { share } = setting.environment;
    this.pool = new WorkerPool({ ...spec, workers: Math.max(1, Math.round(spec.workers * share)), queueMax: Math.max(1, Math.round(spec.queueMax * share)) });
    this.#setting = setting;
    this.#random = createRandom(setting.environment.seed).fork(`identity/${spec.id}`);
  }

  async verify(): Promise<VerificationOutcome> {
    const outcome = await this.pool.run(() => this.#serve()).catch((error: unknown) => {
      if (error instanceof PoolRefusal) return error.reason;
      throw error;
    });
    this.failing += ((OUTCOMES[outcome] >= 500 ? 1 : 0) - this.failing) * 0.05;
    return outcome;
  }

  async #serve(): Promise<VerificationOutcome> {
    const trouble = this.#setting.levers.channels.get(this.spec.id) ?? {};
    if (trouble.down) return this.#fail('provider_error', REFUSED_MS);
    if (trouble.failingShare !== undefined) return this.#random.next() < trouble.failingShare ? this.#fail('provider_error', PROVIDER_FAILS_MS.error) : this.#fail('provider_timeout', PROVIDER_FAILS_MS.hang);
    const median = this.spec.serviceMsMean * Math.exp(-(SERVICE_TIME_SPREAD ** 2) / 2);
    await sleep(this.#random.lognormal(median, SERVICE_TIME_SPREAD) * (trouble.slowBy ?? 1));
    return this.#random.next() < this.spec.mismatchShare ? 'identity_mismatch' : 'verified';
  }

  async #fail(outcome: VerificationOutcome, afterMs: number): Promise<VerificationOutcome> {
    await sleep(afterMs);
    return outcome;
  }
}

await startService(async (app, setting) => {
  const channels = new Map(vaccineScenarioOf(setting.environment.scenario).channels.map((spec) => [spec.id, new Channel(spec, setting)]));
  exportGauges(channels);
  const reporting = reportTruth(channels);
  let order = [...channels.keys()];
  setting.onOperation((operation) => {
    if (operation.action === 'capacity') channels.get(operation.channel)?.pool.resize(Math.max(1, Math.round(operation.workers * setting.environment.share)));
    if (operation.action === 'order') order = [...operation.channels, ...[...channels.keys()].filter((id) => !operation.channels.includes(id))];
  });

  app.post<{ Params: { channel: string } }>('/verify/:channel', {
    // As early as there is a span: what has begun and not ended is told by channel, too.
    onRequest: async (request) => describeSpan({ step: 'identity', channel: request.params.channel, ...whoAsks(request.headers) }),
  }, async (request, reply) => {
    const channel = channels.get(request.params.channel);
    if (!channel) return reply.code(404).send({ outcome: 'unknown_channel' });
    const outcome = await channel.verify();
    describeSpan({ outcome });
    if (OUTCOMES[outcome] >= 500) request.log.warn({ channel: channel.spec.id, outcome }, 'verification failed');
    return reply.code(OUTCOMES[outcome]).send({ outcome });
  });

  app.get('/lights', async () => ({
    channels: order.flatMap((id) => channels.get(id) ?? []).map(({ spec, pool, failing }) => {
      const { busy, workers, queue } = pool.state();
      return { id: spec.id, name: spec.name, load: busy / workers, queue, failing };
    }),
  }));

  return async () => { clearInterval(reporting); };
});

function exportGauges(channels: ReadonlyMap<string, Channel>): void {
  const meter = metrics.getMeter('identity');
  const gauge = (name: string, description: string, unit: string, read: (channel: Channel) => number) => {
    meter.createObservableGauge(name, { description, unit }).addCallback((result) => {
      for (const [id, channel] of channels) result.observe(read(channel), { 'identity.channel': id });
    });
  };
  gauge('identity.workers.max', 'Workers of the channel', '{worker}', ({ pool }) => pool.state().workers);
  gauge('identity.workers.busy', 'Workers that verify somebody now', '{worker}', ({ pool }) => pool.state().busy);
  gauge('identity.queue.length', 'People in line in front of the workers', '{person}', ({ pool }) => pool.state().queue);
}

/** Five times a second the state of the pools. */
function reportTruth(channels: ReadonlyMap<string, Channel>): NodeJS.Timeout {
  return setInterval(() => {
    tellParent({ type: 'pools', atMs: Date.now(), channels: [...channels].map(([id, channel]) => ({ id, ...channel.pool.state() })) });
  }, TRUTH_EVERY_MS);
}
