// What is measured, one function a question. Each takes a running subject (our collector or a peer behind the same
// interface) and returns figures, named with their unit last. A case checks that it measured what it claims: nothing
// refused, and exactly as many rows stored as were accepted.
import { sleep } from './processes.mjs';
import { runLoad } from './run-load.mjs';
import { ROWS_AND_BYTES } from './store-facts.mjs';

const MILLION = 1e6;
/** Warm-up sends other ids than the measurement. */
const WARMUP_SEED = 2;

export const TABLES_OF = {
  traces: ['otel_traces'], logs: ['otel_logs'],
  metrics: ['otel_metrics_gauge', 'otel_metrics_sum', 'otel_metrics_histogram', 'otel_metrics_exponential_histogram', 'otel_metrics_summary'],
};

/** The door: what a request costs until it is answered, with no store behind it. */
export async function doorCase(subject, { signal = 'traces', items, warmupSeconds, seconds, gzipPool, warmupRequests }) {
  const load = await runLoad({ endpoint: subject.endpoint(signal), key: subject.key, signal, items, warmupSeconds, seconds, gzipPool, warmupRequests }, () => subject.cpu().collector);
  const { measured } = load;
  return {
    acceptedPerSecond: measured.items / measured.seconds,
    cpuSecondsPerMillion: (load.after - load.before) / (measured.items / MILLION),
    latencyP50Ms: measured.latencyMs.p50, latencyP99Ms: measured.latencyMs.p99,
    residentPeakMiB: subject.resident().peak,
    loadCores: measured.cpuSeconds / measured.seconds,
    wireBytesPerItem: measured.bytes / measured.items,
  };
}

/** The whole way: accepted, stored, rolled up, merged; with a live page open where the subject has one. */
export async function wholeCase(subject, { signal = 'traces', items, warmupSeconds, seconds, settleSeconds, idleSeconds, rate = 0, connections }) {
  const target = { endpoint: subject.endpoint(signal), key: subject.key, signal, items, connections, rate };
  const tables = TABLES_OF[signal];
  const stored = async () => (await Promise.all(tables.map((table) => subject.storedRows(table)))).reduce((sum, n) => sum + n, 0);
  const warm = await runLoad({ ...target, seed: WARMUP_SEED, seconds: warmupSeconds });
  await subject.drained(warm.measured.items);
  const page = await subject.openLivePage?.();
  await page?.firstTick;
  const ticksBefore = page?.ages.length ?? 0;
  const [cpuBefore, storedBefore] = [subject.cpu(), await stored()];

  const { measured } = await runLoad({ ...target, seconds });
  const [cpuAtEnd, storedAtEnd] = [subject.cpu(), await stored()];
  const ages = page?.ages.slice(ticksBefore) ?? [];
  const accepted = warm.measured.items + measured.items;
  const drainSeconds = await subject.drained(accepted);
  const peakMiB = subject.resident().peak;
  await subject.settled(settleSeconds);
  const cpuSettled = subject.cpu();
  await page?.close();
  const idle = idleSeconds > 0 ? await idleFigures(subject, idleSeconds) : null;
  await subject.stop();
  const facts = await factsOf(subject, tables);
  if (facts.rows !== accepted) throw new Error(`${accepted} items were accepted and ${facts.rows} rows are stored`);
  return {
    requestsPerSecond: measured.requests / measured.seconds,
    acceptedPerSecond: measured.items / measured.seconds,
    storedPerSecond: measured.items / (measured.seconds + drainSeconds),
    storedInWindowPerSecond: (storedAtEnd - storedBefore) / measured.seconds,
    drainSeconds,
    ...cpuFigures(cpuBefore, cpuAtEnd, cpuSettled, measured),
    latencyP50Ms: measured.latencyMs.p50, latencyP99Ms: measured.latencyMs.p99,
    residentPeakMiB: peakMiB,
    diskBytesPerItem: facts.tableBytes / facts.rows, diskAllBytesPerItem: facts.allBytes / facts.rows,
    loadCores: measured.cpuSeconds / measured.seconds,
    ...(ages.length > 0 ? { liveTicks: ages.length, liveAgeMaxMs: Math.max(...ages) } : {}),
    ...(idle ? { idleAfterCoresPercent: idle.coresPercent, idleAfterMiB: idle.residentMiB } : {}),
  };
}

function cpuFigures(before, atEnd, settled, measured) {
  const perMillion = (name) => (settled[name] - before[name]) / (measured.items / MILLION);
  return {
    cpuSecondsPerMillion: perMillion('collector') + perMillion('store'),
    cpuCollectorPerMillion: perMillion('collector'), cpuStorePerMillion: perMillion('store'),
    ...('between' in before ? { cpuBetweenPerMillion: perMillion('between') } : {}),
    coresInWindow: (atEnd.collector + atEnd.store - before.collector - before.store) / measured.seconds,
  };
}

/** A collector that nobody sends to. */
export async function idleCase(subject, { warmupSeconds, idleSeconds }) {
  await sleep(warmupSeconds * 1_000);
  const { coresPercent, residentMiB } = await idleFigures(subject, idleSeconds);
  return { idleCoresPercent: coresPercent, idleMiB: residentMiB };
}

async function idleFigures(subject, seconds) {
  const before = subject.cpu();
  await sleep(seconds * 1_000);
  const after = subject.cpu();
  return { coresPercent: 100 * (after.collector + after.store - before.collector - before.store) / seconds, residentMiB: subject.resident().now };
}

async function factsOf(subject, tables) {
  const facts = { rows: 0, tableBytes: 0, allBytes: 0 };
  for (const table of tables) {
    const [answer] = await subject.ask(ROWS_AND_BYTES({ table, ...subject.stored }));
    facts.rows += answer.rows;
    facts.tableBytes += answer.tableBytes;
    facts.allBytes = answer.allBytes;
  }
  return facts;
}
