// Samples of a benchmark run → the page `docs/benchmarks.md`: what was promised and what came out as ratios first, then
// every figure as min / median / max. Pure: the same samples write the same page.
import { shortfalls } from './shortfalls.mjs';

/** How a figure is called and printed. What is not here is kept in the samples only. */
const FIGURES = {
  acceptedPerSecond: { title: 'accepted, thousand items/s', scale: 1e-3, digits: 1 },
  requestsPerSecond: { title: 'requests/s', scale: 1, digits: 0 },
  storedPerSecond: { title: 'stored until drained, thousand items/s', scale: 1e-3, digits: 1 },
  storedInWindowPerSecond: { title: 'stored while sending, thousand items/s', scale: 1e-3, digits: 1 },
  cpuSecondsPerMillion: { title: 'CPU-s per million items', scale: 1, digits: 2 },
  cpuCollectorPerMillion: { title: 'of it the collector', scale: 1, digits: 2 },
  cpuStorePerMillion: { title: 'of it the store, merges included', scale: 1, digits: 2 },
  cpuBetweenPerMillion: { title: 'not counted: the thin server before the engine', scale: 1, digits: 2 },
  coresInWindow: { title: 'cores in use while sending', scale: 1, digits: 2 },
  latencyP50Ms: { title: 'answer p50, ms', scale: 1, digits: 1 },
  latencyP99Ms: { title: 'answer p99, ms', scale: 1, digits: 1 },
  residentPeakMiB: { title: 'peak RSS of all processes, MiB', scale: 1, digits: 0 },
  diskBytesPerItem: { title: 'disk, bytes an item', scale: 1, digits: 1 },
  diskAllBytesPerItem: { title: 'disk with all rollups, bytes an item', scale: 1, digits: 1 },
  liveAgeMaxMs: { title: 'oldest data on the open live page, ms', scale: 1, digits: 0 },
  spansPerCoreSecond: { title: 'spans/s of one core', scale: 1, digits: 0 },
  pointsPerCoreSecond: { title: 'metric points/s of one core', scale: 1, digits: 0 },
  recordsPerCoreSecond: { title: 'log records/s of one core', scale: 1, digits: 0 },
  idleCoresPercent: { title: 'idle, % of a core', scale: 1, digits: 2 },
  idleMiB: { title: 'idle RSS, MiB', scale: 1, digits: 0 },
  idleAfterCoresPercent: { title: 'idle after load, % of a core', scale: 1, digits: 2 },
  idleAfterMiB: { title: 'RSS after load, MiB', scale: 1, digits: 0 },
  loadCores: { title: 'cores of the load itself', scale: 1, digits: 2 },
};
const SUBJECTS = { narrows: 'Narrows', otelcol: 'OpenTelemetry Collector' };
const CASES = {
  door: { title: 'The door: receive, decode, redact, fsync, answer', against: 'against the Collector that receives, decodes and throws away' },
  'door-gzip': { title: 'The door, gzip bodies', against: 'against the same, gzip' },
  whole: { title: 'The whole way: stored, rolled up, merged, a live page open', against: 'against Collector → ClickHouse exporter → the same engine' },
  steady: { title: 'The whole way at a steady rate that the promise must carry' },
  small: { title: 'Small requests: 8 spans, 5,000 requests/s' },
  metrics: { title: 'The whole way: metrics' },
  logs: { title: 'The whole way: logs' },
  decode: { title: 'Decode alone, redaction on' },
  idle: { title: 'A collector that nobody sends to' },
};
/** What was promised: the median of a figure, or of a ratio to the peer's, at most or at least. */
const PROMISES = [
  { case: 'door', figure: 'cpuSecondsPerMillion', atMost: 3 },
  { case: 'door', figure: 'cpuSecondsPerMillion', ofPeer: true, atMost: 1 },
  { case: 'door-gzip', figure: 'cpuSecondsPerMillion', atMost: 4.5 },
  { case: 'door-gzip', figure: 'cpuSecondsPerMillion', ofPeer: true, atMost: 1 },
  { case: 'whole', figure: 'storedPerSecond', ofPeer: true, atLeast: 3.5 },
  { case: 'whole', figure: 'cpuSecondsPerMillion', ofPeer: true },
  { case: 'whole', figure: 'diskBytesPerItem', ofPeer: true },
  { case: 'whole', figure: 'storedPerSecond', atLeast: 150_000 },
  { case: 'whole', figure: 'cpuSecondsPerMillion', atMost: 10 },
  { case: 'whole', figure: 'diskBytesPerItem', atMost: 52 },
  { case: 'steady', figure: 'storedInWindowPerSecond', atLeast: 150_000 },
  { case: 'steady', figure: 'residentPeakMiB', atMost: 900 },
  { case: 'small', figure: 'requestsPerSecond', atLeast: 4_950 },
  { case: 'decode', figure: 'pointsPerCoreSecond', atLeast: 1e6 },
  { case: 'decode', figure: 'recordsPerCoreSecond', atLeast: 300_000 },
  { case: 'idle', figure: 'idleCoresPercent', atMost: 1 },
  { case: 'idle', figure: 'idleMiB', atMost: 450 },
];

/** Min, median and max of a list; null of an empty one. */
export function spread(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted.at(-1) };
}

/** All values of one figure. */
function valuesOf(samples, name, subject, figure) {
  return samples.filter((sample) => sample.case === name && sample.subject === subject).map((sample) => sample.figures[figure]).filter((value) => typeof value === 'number');
}

/** Ratios of the same round only: a noisy minute then spoils both sides of one ratio, not one side of all. */
export function ratios(samples, name, figure) {
  return samples.filter((sample) => sample.case === name && sample.subject === 'narrows').flatMap(({ round, figures }) => {
    const peer = samples.find((sample) => sample.case === name && sample.subject === 'otelcol' && sample.round === round)?.figures[figure];
    return peer ? [figures[figure] / peer] : [];
  });
}

/** The promises that these samples say something about, each with what came out. */
export function verdicts(samples) {
  return PROMISES.flatMap((promise) => {
    const found = spread(promise.ofPeer ? ratios(samples, promise.case, promise.figure) : valuesOf(samples, promise.case, 'narrows', promise.figure));
    if (found === null) return [];
    const asked = promise.atMost ?? promise.atLeast ?? null;
    const kept = asked === null ? null : promise.atMost === undefined ? found.median >= asked : found.median <= asked;
    return [{ ...promise, ...found, kept }];
  });
}

/** The whole page. */
export function benchmarkPage({ samples, leftOut, machine, scale }) {
  const cases = Object.keys(CASES).filter((name) => samples.some((sample) => sample.case === name));
  return `# Benchmarks

Written by \`npm run bench:ingest\`; never typed. Commit ${machine.commit}, Node ${machine.node}, ${machine.cores} × ${machine.cpu}${machine.pinned ? ` (all processes on cores ${machine.pinned})` : ''}, ${machine.memoryGiB} GiB, ${machine.date}.

## Promises

Ratios are Narrows to the peer in the same round, on the same bytes, the same cores and, where both store, the same engine. *Asked* is what
the project asks of itself; a row without it is told for comparison.

| what | min / median / max | asked | |
|---|---|---|---|
${verdicts(samples).map(promiseRow).join('\n')}
${missedSection(samples)}
${cases.map((name) => caseTable(samples, name)).join('\n\n')}

## How it was measured

Each subject in a fresh process on a fresh directory, ${scale.warmupSeconds} s of warm-up, then ${scale.seconds} s (the whole way: ${scale.wholeSeconds} s, then until everything is stored and merges have
settled). *Stored until drained* divides what was accepted by the time until all of it was in the store; *stored while sending* counts
only what the store had taken when the last request was answered. The steady case offers ${scale.steadyPerSecond.toLocaleString('en')} spans/s, small requests 5,000 a second
over 64 connections; there an answer's time runs from when the request was due. Spans end about two seconds before they are sent, as
after an SDK's batching, which is part of the live page's data age. CPU is user and system time of the subject's processes from /proc, RSS is the sum of their peaks. The load is a process of
its own on the same cores: 8 connections, each sends as soon as it has its answer; 512 spans a request in 4 resources, 64 traces of 8
spans, about 14 attributes and 585 bytes a span (83 in gzip), fresh ids and times in every request. Our collector has a pipeline of six
stages, redaction on and, on the whole way, one live page open. The door of Narrows includes the fsync before the answer; the peer's
throws the spans away. Stored rows were counted in the store afterwards and are exactly as many as were accepted. The peer's
exporter sends uncompressed Native over HTTP to the same embedded engine behind a thin server whose own CPU time is not counted.

${leftOut.length > 0 ? `Not run: ${leftOut.join(' ')}\n` : ''}`.trimEnd().concat('\n');
}

/** Why each missed promise is missed, and what would keep it; nothing where all are kept. */
function missedSection(samples) {
  const lines = shortfalls(verdicts(samples).filter(({ kept }) => kept === false), (name, figure) => spread(valuesOf(samples, name, 'narrows', figure))?.median ?? null);
  return lines.length > 0 ? `\n## What falls short, and what it would take\n\n${lines.join('\n')}\n` : '';
}

function promiseRow({ case: name, figure, ofPeer, atMost, atLeast, min, median, max, kept }) {
  const { title, scale, digits } = ofPeer ? { ...FIGURES[figure], scale: 1, digits: 2 } : FIGURES[figure];
  const text = (value) => (value * scale).toFixed(digits);
  const asked = atMost === undefined ? (atLeast === undefined ? '–' : `≥ ${text(atLeast)}`) : `≤ ${text(atMost)}`;
  const what = ofPeer ? `**${title.replace(/, thousand.*| per million items|, bytes.*/, '')}**, ${CASES[name].against}` : `${title} · ${CASES[name].title}`;
  return `| ${what} | ${text(min)} / **${text(median)}** / ${text(max)}${ofPeer ? ' ×' : ''} | ${asked} | ${kept === null ? '' : kept ? '✓' : '✗'} |`;
}

function caseTable(samples, name) {
  const subjects = Object.keys(SUBJECTS).filter((subject) => samples.some((sample) => sample.case === name && sample.subject === subject));
  const rows = Object.entries(FIGURES).flatMap(([figure, { title, scale, digits }]) => {
    const cells = subjects.map((subject) => spread(valuesOf(samples, name, subject, figure)));
    if (cells.every((cell) => cell === null)) return [];
    return [`| ${title} | ${cells.map((cell) => (cell ? ['min', 'median', 'max'].map((key) => (cell[key] * scale).toFixed(digits)).join(' / ') : '–')).join(' | ')} |`];
  });
  return `## ${CASES[name].title}\n\n| min / median / max | ${subjects.map((subject) => SUBJECTS[subject]).join(' | ')} |\n|---|${'---|'.repeat(subjects.length)}\n${rows.join('\n')}`;
}
