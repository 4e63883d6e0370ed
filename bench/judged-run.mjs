// One headless run of the demo on real processes, and what is wrong with its judgement. The report that `--json` writes
// holds the truth (from inside the services' own pools, never from telemetry) and every verdict with the moment it was
// said; this holds one against the other. Used by `npm run seeds` and by the end-to-end tests.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { VERDICT_SAID_FROM } from '@narrows/contract';

const ROOT = path.resolve(import.meta.dirname, '..');
export const SAID_WITHIN_MS = 10_000;
export const ONSET_WITHIN_MS = 5_000;
const ROOM_BYTES = 4 * 1024 ** 3;

/**
 * In memory where there is room: a run makes some hundred files a second, and an ext4 without a journal looks at every inode that was
 * deleted within minutes before it gives out one. Where much was deleted, a load took half as long again.
 */
function roomForRun() {
  const memory = '/dev/shm';
  if (!fs.existsSync(memory)) return os.tmpdir();
  const { bavail, bsize } = fs.statfsSync(memory);
  return bavail * bsize >= ROOM_BYTES ? memory : os.tmpdir();
}

/** Run a scenario for `minutes` on free ports; resolves to its report. Errors: the demo's own last lines. */
export async function judgedRun({ scenario, seed, minutes, port = 4419, otlpPort = 4418 }) {
  const folder = fs.mkdtempSync(path.join(roomForRun(), 'narrows-run-'));
  fs.chmodSync(folder, 0o755); // PostgreSQL runs as another user than root and must be able to walk in
  const report = path.join(folder, 'report.json');
  const child = spawn(process.execPath, [path.join(ROOT, 'demo-system/dist/main.js'), '--headless', '--scenario', scenario, '--seed', String(seed),
    '--minutes', String(minutes), '--port', String(port), '--otlp-port', String(otlpPort), '--data', path.join(folder, 'data'), '--json', report], { stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { tail = (tail + chunk).slice(-4_000); });
  const code = await new Promise((resolve) => child.on('close', resolve));
  try {
    if (code !== 0) throw new Error(`the demo ended with ${code}:\n${tail}`);
    return JSON.parse(fs.readFileSync(report, 'utf8'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything that is wrong with a run, as sentences; an empty list is a run judged right. */
export function complaints(report) {
  const loud = report.verdicts.filter((verdict) => verdict.confidence >= VERDICT_SAID_FROM);
  if (report.truth.length === 0) return loud.map((verdict) => `nothing was wrong, but it said ${told(verdict)}`);
  const wrong = [];
  for (const truth of report.truth) {
    const said = loud.find((verdict) => tells(verdict, truth));
    if (!said) { wrong.push(`${truth.kind} of ${JSON.stringify(truth.subject)} was never said; said was ${loud.map(told).join('; ') || 'nothing'}`); continue; }
    const late = said.saidAt - truth.beginMs;
    if (late > SAID_WITHIN_MS) wrong.push(`said ${seconds(late)} after its onset`);
    if (Math.abs(said.since - truth.beginMs) > ONSET_WITHIN_MS) wrong.push(`onset off by ${seconds(said.since - truth.beginMs)}`);
  }
  for (const verdict of loud) {
    const explained = report.truth.some((truth) => tells(verdict, truth) || (truth.subject.stage !== undefined && truth.subject.stage === verdict.subject.stage));
    if (!explained) wrong.push(`blamed ${told(verdict)}`);
  }
  return wrong;
}

/** Whether a verdict says this truth: its kind, or another that says the same truthfully, of at least this subject. */
function tells(verdict, truth) {
  return [truth.kind, ...(truth.also ?? [])].includes(verdict.kind) && Object.entries(truth.subject).every(([key, value]) => verdict.subject[key] === value)
    && (truth.subject.channel !== undefined || truth.subject.stage === undefined || verdict.subject.channel === undefined);
}

/** What was said and true, each once: kinds with their subjects. */
export function rightlySaid(report) {
  const said = report.verdicts.filter((verdict) => verdict.confidence >= VERDICT_SAID_FROM && report.truth.some((truth) => tells(verdict, truth)));
  return [...new Set(said.map(({ kind, subject }) => `${kind} ${JSON.stringify(subject)}`))].toSorted();
}

/** How late and how far off the first right verdict was, in seconds; null where nothing was to be said. */
export function figures(report) {
  const truth = report.truth[0];
  if (!truth) return null;
  const said = report.verdicts.find((verdict) => verdict.confidence >= VERDICT_SAID_FROM && tells(verdict, truth));
  return said ? { saidAfterSeconds: (said.saidAt - truth.beginMs) / 1_000, onsetOffSeconds: (said.since - truth.beginMs) / 1_000, confidence: said.confidence } : null;
}

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;
const told = (verdict) => `${verdict.kind} of ${JSON.stringify(verdict.subject)} (${verdict.confidence.toFixed(2)})`;
