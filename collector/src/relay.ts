// A running relay: redacts and spools what senders inside a closed network send, and carries it over one outbound connection
// to a collector. Opens in the order in which things depend, listens last, and closes in the reverse order.
import { personalDataKinds } from '@narrows/contract';
import type { FastifyBaseLogger } from 'fastify';
import { mintSecret } from './access/secret.js';
import { makeDataDir } from './data-directory.js';
import { createOtlpRedactor } from './decode/otlp-redactor.js';
import { assertPortFree, listen } from './port.js';
import { createEntrance } from './receive/entrance.js';
import { GrpcReceiver } from './receive/grpc-receiver.js';
import { HttpReceiver } from './receive/http-receiver.js';
import { segmentNumber, bytesOf, type Batch } from './relay/batches.js';
import { ForwardState } from './relay/forward-state.js';
import { Forwarder } from './relay/forwarder.js';
import { RelayDirectory } from './relay/relay-directory.js';
import { createUpstream } from './relay/upstream.js';
import { relayPaths, type RelayConfig } from './relay-config.js';
import { createRelayDoor } from './relay-door.js';
import { RelayIntake } from './relay-intake.js';
import { otlpNames, relayFamilies } from './relay-metrics.js';
import { SelfReport } from './self-report.js';
import { sleep } from './sleep.js';
import { openSpool, type Spool } from './spool/spool.js';
import { VERSION } from './version.js';

export interface RelayReadyReport {
  ready: true;
  /** /health, /ready and /metrics. */
  url: string;
  /** OTLP/HTTP endpoint for senders inside. */
  otlp: string;
  /** OTLP/gRPC endpoint. */
  grpc: string;
  /** The key they send with, where it is known: given by configuration or made just now. */
  ingestKey: string | null;
  /** This relay's name at the collector. */
  relay: string;
  upstream: string;
  pid: number;
}
export interface RunningRelay { ready: RelayReadyReport; close(): Promise<void> }

/** Inside, one key opens the door; the agency is the upstream's business. */
const INSIDE = 'relay';
/** Chosen so that the slots of a sequence number suffice: `relay/batches.ts`. */
const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
/** Nobody notices a silent relay within a minute if it reports once in a minute. */
const REPORT_INTERVAL_MS = 10_000;
const DRAIN_MS_MAX = 4_000;
const DRAIN_STEP_MS = 20;

/** Errors: PORT_IN_USE, DISK_FULL, DATA_DIR_LOCKED, CONFIG_INVALID. */
export async function startRelay(config: RelayConfig, log: FastifyBaseLogger): Promise<RunningRelay> {
  const paths = relayPaths(config);
  makeDataDir(paths.root, config.freeBytesMin);
  for (const port of [config.port, config.otlpPort, config.grpcPort]) await assertPortFree(port, config.host);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => { for (let closer = closers.pop(); closer; closer = closers.pop()) await closer(); };
  try {
    const now = Date.now;
    const directory = await RelayDirectory.open(paths.root);
    const upstream = createUpstream({ ...config, url: config.upstream, relayId: directory.relayId });
    closers.push(async () => upstream.close());
    if (isPlainOutside(config.upstream)) log.warn({ upstream: config.upstream }, 'what is forwarded, the key with it, is not encrypted: use https, or a tunnel that encrypts');
    const spool = await openSpool({ dir: paths.spool, bytesMax: config.spoolBytesMax, segmentBytesMax: SEGMENT_BYTES_MAX, sequenceMin: directory.segmentMin, now });
    closers.push(() => spool.close());
    const ingestKey = await prepareKey(directory, config.ingestKey);
    const state = new ForwardState(now);
    const forwarder = new Forwarder({
      nextSegment: () => spool.nextSealed(), release: (segmentId) => release(directory, spool, segmentId),
      setAside: (batch) => setAside(directory, batch), upstream, state, log, sleep, random: Math.random,
    });
    closers.push(() => forwarder.stop());
    closers.push(() => drain(spool, state));
    forwarder.start();

    const intake = new RelayIntake(createOtlpRedactor(personalDataKinds(config.redact)), spool);
    const families = () => [...relayFamilies(state, spool.stats(), now()), ...intake.families()];
    const report = new SelfReport({
      families: () => otlpNames(families()), accept: (request) => intake.accept(request), hasRoom: () => spool.stats().bytes < config.spoolBytesMax / 2,
      onError: (err) => log.warn({ err }, 'the report about this relay was left out'), now, version: VERSION,
      service: 'narrows-relay', instance: directory.relayId, everyMs: REPORT_INTERVAL_MS,
    });
    closers.push(() => report.close());
    const door = createRelayDoor({ relayId: directory.relayId, state, spool: () => spool.stats(), families });
    closers.push(() => door.close());
    const port = await listen(door, config.port, config.host);
    const entrance = await createEntrance({
      next: (request) => intake.accept(request), authenticate: async (key) => (directory.isKey(key) ? { agency: INSIDE } : null),
      counters: intake, onFault: (err) => log.error({ err }, 'a request failed unexpectedly'), now, inFlightBytesMax: config.inFlightBytesMax,
    });
    const receiver = new HttpReceiver({ entrance });
    const grpc = new GrpcReceiver({ entrance });
    closers.push(() => Promise.all([receiver.close(), grpc.close()]));
    const otlpPort = await listen(receiver, config.otlpPort, config.host);
    const grpcPort = await listen(grpc, config.grpcPort, config.host);
    void report.report(); // The collector's side sees a relay as soon as it lives.
    const address = (number: number) => `http://${config.host}:${number}`;
    return {
      ready: { ready: true, url: address(port), otlp: address(otlpPort), grpc: address(grpcPort), ingestKey, relay: directory.relayId, upstream: config.upstream, pid: process.pid },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `createUpstream` has read it already. */
function isPlainOutside(upstream: string): boolean {
  const { protocol, hostname } = new URL(upstream);
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** The key if it may be told: given by configuration, or made now; kept only as a hash. */
async function prepareKey(directory: RelayDirectory, given: string): Promise<string | null> {
  if (given === '' && directory.hasKey) return null;
  const key = given === '' ? mintSecret('ingest') : given;
  await directory.setKey(key);
  return key;
}

async function release(directory: RelayDirectory, spool: Spool, segmentId: string): Promise<void> {
  await directory.passed(segmentNumber(segmentId));
  await spool.release(segmentId);
}

async function setAside(directory: RelayDirectory, { signal, sequence, requests }: Batch): Promise<void> {
  const bytes = Buffer.concat(requests.map((request) => request.bytes), bytesOf(requests));
  await directory.setAside(`${sequence}.${signal}.otlp`, bytes);
}

/** Give what is there a moment to go; the rest waits on disk for the next start. */
async function drain(spool: Spool, state: ForwardState): Promise<void> {
  await spool.seal();
  const never = new AbortController().signal;
  for (let waitedMs = 0; waitedMs < DRAIN_MS_MAX && state.condition === 'accepting' && spool.stats().bytes > 0; waitedMs += DRAIN_STEP_MS) await sleep(DRAIN_STEP_MS, never);
}
