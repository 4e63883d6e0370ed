// `narrows replay`: send recorded OTLP requests to a collector again, in the order given, exactly as they were. The
// signal is read from the name (`…traces….pb`), or from a folder of that name. Sends the same bytes: what a collector has already is not stored twice.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NarrowsError, type Signal } from '@narrows/contract';
import type { Command } from 'commander';
import { readCollectorConfig } from '../config.js';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
/** 429 and 503: the collector says when to come back; it is asked this often. */
const TRIES_MAX = 8;
const RETRY_DEFAULT_S = 1;

interface ReplayOptions { to: string; key?: string; signal?: Signal }
interface Recording { signal: Signal; contentType: string; contentEncoding: string | undefined; body: Buffer }

export function addReplayCommand(program: Command): void {
  program.command('replay').description('Send recorded OTLP bodies (.pb or .json, also .gz) to a collector, in order.')
    .argument('<file...>', 'recordings; each is one request')
    .option('--to <url>', 'OTLP/HTTP endpoint', 'http://127.0.0.1:4318')
    .option('--key <key>', 'ingestion key; also NARROWS_INGEST_KEY')
    .option('--signal <signal>', 'traces, metrics or logs, where the name does not say')
    .action(async (files: string[], options: ReplayOptions) => {
      const key = options.key ?? readCollectorConfig(process.env).ingestKey;
      if (!key) throw new NarrowsError('KEY_MISSING', 'No ingestion key: give --key or NARROWS_INGEST_KEY.');
      const done: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
      let bytes = 0;
      for (const [i, file] of files.entries()) {
        const recording = await readRecording(file, options.signal);
        await send(recording, options.to, key, file);
        done[recording.signal]++;
        bytes += recording.body.length;
        if (process.stderr.isTTY) process.stderr.write(`\r${i + 1} of ${files.length} requests, ${(bytes / 1e6).toFixed(1)} MB`);
      }
      if (process.stderr.isTTY) process.stderr.write('\n');
      process.stdout.write(`${JSON.stringify({ requests: files.length, bytes, ...done })}\n`);
    });
}

async function readRecording(file: string, given: Signal | undefined): Promise<Recording> {
  const name = file.replace(/\.gz$/, '');
  const extension = path.extname(name);
  if (extension !== '.pb' && extension !== '.json') throw new NarrowsError('CONTENT_TYPE', `${file}: a recording ends in .pb or .json, with .gz behind it where it is packed`);
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
