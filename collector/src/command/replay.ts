// `narrows replay`: send recorded OTLP to a collector again, in order: single bodies exactly as they were, or a recorded day
// (a folder with a manifest) at its own pace, faster, or as fast as it goes, at its own time or as if it were now. Sent as it
// was, what a collector has already is not stored twice.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { NarrowsError, type Signal } from '@narrows/contract';
import { InvalidArgumentError, type Command } from 'commander';
import { readCollectorConfig } from '../config.js';
import { isRecordedDay, openRecordedDay, SegmentReader } from './recorded-day.js';
import { shiftTimes } from './shifted-times.js';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
/** 429 and 503: the collector says when to come back; it is asked this often. */
const TRIES_MAX = 8;
const RETRY_DEFAULT_S = 1;
const NANO_PER_MS = 1_000_000n;

interface ReplayOptions { to: string; key?: string; signal?: Signal; speed?: number; shift?: 'now' }
interface Recording { signal: Signal; contentType: string; contentEncoding: string | undefined; body: Buffer }
interface Sent extends Record<Signal, number> { requests: number; bytes: number }

export function addReplayCommand(program: Command): void {
  program.command('replay').description('Send recorded OTLP to a collector again, in order: bodies (.pb or .json, also .gz), or a recorded day (its folder).')
    .argument('<file|folder...>', 'recordings; a file is one request, a folder with a manifest is a day')
    .option('--to <url>', 'OTLP/HTTP endpoint', 'http://127.0.0.1:4318')
    .option('--key <key>', 'ingestion key; also NARROWS_INGEST_KEY')
    .option('--signal <signal>', 'traces, metrics or logs, where the name of a file does not say')
    .option('--speed <n>', 'of a recorded day: seconds of it in one second; left out: as fast as it is taken', parseSpeed)
    .option('--shift <now>', 'of a recorded day: tell it as if it began now; at speed 1 where no other is given', parseShift)
    .action(async (places: string[], options: ReplayOptions) => {
      const key = options.key ?? readCollectorConfig(process.env).ingestKey;
      if (!key) throw new NarrowsError('KEY_MISSING', 'No ingestion key: give --key or NARROWS_INGEST_KEY.');
      const sent: Sent = { requests: 0, bytes: 0, traces: 0, metrics: 0, logs: 0 };
      for (const place of places) {
        if (await isFolder(place)) await replayDay(place, options, key, sent);
        else await replayFile(place, options, key, sent);
      }
      if (process.stderr.isTTY) process.stderr.write('\n');
      process.stdout.write(`${JSON.stringify(sent)}\n`);
    });
}

async function isFolder(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => null);
  if (!found) throw new NarrowsError('CONFIG_INVALID', `${place}: there is no such file or folder`);
  return found.isDirectory();
}

async function replayFile(file: string, options: ReplayOptions, key: string, sent: Sent): Promise<void> {
  if (options.speed !== undefined || options.shift !== undefined) throw new NarrowsError('CONFIG_INVALID', `${file}: --speed and --shift are for recorded days; a single body is sent as it is`);
  const recording = await readRecording(file, options.signal);
  await send(recording, options.to, key, file);
  count(sent, recording);
}

async function replayDay(folder: string, options: ReplayOptions, key: string, sent: Sent): Promise<void> {
  if (!isRecordedDay(folder)) throw new NarrowsError('CONFIG_INVALID', `${folder}: there is no manifest.json; it is no recorded day, or one that was cut off`);
  if (options.signal !== undefined) throw new NarrowsError('CONFIG_INVALID', '--signal is for single files; a recorded day knows its signals');
  const { manifest, requests } = await openRecordedDay(folder);
  const reader = new SegmentReader(folder, manifest);
  const beganMs = Date.now();
  const shiftMs = options.shift === 'now' ? beganMs - manifest.beginMs : 0;
  const speed = options.speed ?? (shiftMs === 0 ? null : 1);
  if (shiftMs !== 0 && speed !== 1) throw new NarrowsError('CONFIG_INVALID', '--shift now goes with --speed 1: at another speed the day would run away from the clock');
  try {
    for (const request of requests) {
      if (speed !== null) {
        const waitMs = beganMs + (request.atMs - manifest.beginMs) / speed - Date.now();
        if (waitMs > 0) await delay(waitMs);
      }
      const packed = await reader.read(request);
      const recording: Recording = { signal: request.signal, contentType: request.contentType, contentEncoding: 'gzip', body: packed };
      if (shiftMs !== 0) Object.assign(recording, { contentEncoding: undefined, body: shifted(request, packed, BigInt(shiftMs) * NANO_PER_MS, folder) });
      await send(recording, options.to, key, folder);
      count(sent, recording);
    }
  } finally {
    await reader.close();
  }
}

function shifted({ signal, contentType }: { signal: Signal; contentType: string }, packed: Buffer, nano: bigint, folder: string): Buffer {
  if (contentType !== 'application/x-protobuf') throw new NarrowsError('CONFIG_INVALID', `${folder}: it holds OTLP as JSON, which --shift does not read; replay it without`);
  const body = gunzipSync(packed);
  shiftTimes(signal, body, nano);
  return body;
}

function count(sent: Sent, { signal, body }: Recording): void {
  sent.requests++;
  sent.bytes += body.length;
  sent[signal]++;
  if (process.stderr.isTTY) process.stderr.write(`\r${sent.requests} requests, ${(sent.bytes / 1e6).toFixed(1)} MB`);
}

async function readRecording(file: string, given: Signal | undefined): Promise<Recording> {
  const name = file.replace(/\.gz$/, '');
  const extension = path.extname(name);
  if (extension !== '.pb' && extension !== '.json') throw new NarrowsError('CONTENT_TYPE', `${file}: a recording ends in .pb or .json, with .gz behind it where it is packed; a recorded day is a folder`);
  const parts = `${path.basename(path.dirname(path.resolve(file)))}/${path.basename(name)}`;
  const signal = given ?? SIGNALS.findLast((s) => parts.includes(s) || parts.includes(s.slice(0, -1)));
  if (!signal || !SIGNALS.includes(signal)) throw new NarrowsError('CONFIG_INVALID', `${file}: the name does not say traces, metrics or logs; give --signal`);
  return {
    signal, contentType: extension === '.pb' ? 'application/x-protobuf' : 'application/json', contentEncoding: file.endsWith('.gz') ? 'gzip' : undefined,
    body: await readFile(file),
  };
}

/** Errors: REQUEST_TOO_LARGE, KEY_UNKNOWN … as the collector answered, RATE_LIMITED when it never had room. */
async function send({ signal, contentType, contentEncoding, body }: Recording, to: string, key: string, file: string): Promise<void> {
  const headers = { 'content-type': contentType, authorization: `Bearer ${key}`, ...(contentEncoding ? { 'content-encoding': contentEncoding } : {}) };
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${to.replace(/\/+$/, '')}/v1/${signal}`, { method: 'POST', headers, body });
    const answer = await response.text();
    if (response.ok) return;
    const busy = response.status === 429 || response.status === 503;
    if (!busy) throw new NarrowsError('QUERY_INVALID', `${file}: the collector answers ${response.status} ${printable(answer)}`);
    if (attempt === TRIES_MAX) throw new NarrowsError('RATE_LIMITED', `${file}: the collector had no room in ${TRIES_MAX} tries`);
    await delay(1_000 * (Number(response.headers.get('retry-after')) || RETRY_DEFAULT_S));
  }
}

/** An answer in protobuf has a readable message inside. */
const printable = (text: string) => text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').trim().slice(0, 300);

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (Number.isFinite(speed) && speed >= 0.1 && speed <= 10_000) return speed;
  throw new InvalidArgumentError('It is a number from 0.1 to 10000.');
}

function parseShift(text: string): 'now' {
  if (text === 'now') return text;
  throw new InvalidArgumentError('It is "now".');
}
