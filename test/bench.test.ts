// The bench's own claims: its bodies are OTLP with ids that never meet, the load counts what a server really took, and the
// pages say what the samples say. The measurements themselves are `npm run bench:ingest` and `npm run clients`.
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDecoder } from '../collector/dist/decode/decoder.js';
import { clientPage, isWrong } from '../bench/clients/client-page.mjs';
import { RequestBody, makePayloads } from '../bench/load/request-body.mjs';
import { nationalSection, withNationalSection } from '../bench/national-section.mjs';
import { ratios, spread, verdicts, type Sample } from '../bench/report.mjs';
import { shortfalls } from '../bench/shortfalls.mjs';

const LOAD = path.resolve(import.meta.dirname, '../bench/load/load.mjs');
const SIGNALS = ['traces', 'metrics', 'logs'] as const;
const NOW_MS = 1_760_000_000_000;

describe('bodies of the load', () => {
  test.each(SIGNALS)('%s: the decoder takes every item of a body and refuses none', (signal) => {
    const decoder = createDecoder({ pipelines: () => [] });
    for (const [n, payload] of makePayloads({ signal, seed: 3, items: 400, count: 4 }).entries()) {
      const body = new RequestBody(payload, 3);
      body.fill(n, NOW_MS);
      const decoded = decoder.decode({ agency: 'bench', signal, encoding: 'protobuf', bytes: body.bytes, receivedAtMs: NOW_MS, batchId: BigInt(n) });
      expect(decoded.accepted).toBe(body.items);
      expect(decoded.rejected).toEqual({});
    }
  });

  test('the same seed writes the same bytes, another one does not', () => {
    const bytesOf = (seed: number) => {
      const [payload] = makePayloads({ signal: 'traces', seed, items: 64, count: 1 });
      const body = new RequestBody(payload!, seed);
      body.fill(7, NOW_MS);
      return body.bytes;
    };
    expect(bytesOf(1).equals(bytesOf(1))).toBe(true);
    expect(bytesOf(1).equals(bytesOf(2))).toBe(false);
  });

  test('100,000 spans of one run have 100,000 span ids and their traces as many trace ids', () => {
    const [payload] = makePayloads({ signal: 'traces', seed: 1, items: 512, count: 1 });
    const body = new RequestBody(payload!, 1);
    const requests = 200;
    const ids = { traceId: new Set<string>(), spanId: new Set<string>() };
    for (let ordinal = 0; ordinal < requests; ordinal++) {
      body.fill(ordinal, NOW_MS);
      for (const { kind, at } of payload!.marks) {
        if (kind !== 'time') ids[kind].add(body.bytes.toString('hex', at, at + (kind === 'traceId' ? 16 : 8)));
      }
    }
    expect(ids.spanId.size).toBe(requests * 512);
    expect(ids.traceId.size).toBe(requests * 64);
  });
});

describe('the load', () => {
  let server: Server;
  let taken = 0;
  let refused = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().once('end', () => {
        const refuse = (taken + refused) % 5 === 4;
        if (refuse) refused++;
        else taken++;
        response.writeHead(refuse ? 429 : 200, { 'content-length': 2 }).end('ok');
      });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  });
  afterAll(() => { server.close(); });

  test('counts exactly what the server took and what it refused', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
    const { stdout } = await promisify(execFile)(process.execPath, [LOAD, '--url', url, '--items', '8', '--connections', '3', '--warmup', '0.2', '--seconds', '0.4', '--templates', '2']);
    const { warmup, measured } = JSON.parse(stdout) as Record<'warmup' | 'measured', { requests: number; items: number; refused: Record<string, number> }>;
    expect(warmup.requests + measured.requests).toBe(taken);
    expect(warmup.items + measured.items).toBe(taken * 8);
    expect((warmup.refused['429'] ?? 0) + (measured.refused['429'] ?? 0)).toBe(refused);
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

describe('the pages', () => {
  const sample = (subject: string, round: number, cpuSecondsPerMillion: number): Sample => ({ case: 'door', subject, round, figures: { cpuSecondsPerMillion } });

  test('a ratio compares the two of one round, and a promise is judged by the median', () => {
    const samples = [sample('narrows', 1, 2), sample('otelcol', 1, 4), sample('narrows', 2, 30), sample('otelcol', 2, 40), sample('narrows', 3, 2.5)];
    expect(ratios(samples, 'door', 'cpuSecondsPerMillion')).toEqual([0.5, 0.75]);
    expect(verdicts(samples).map(({ ofPeer, median, kept }) => ({ ofPeer: ofPeer ?? false, median, kept }))).toEqual([
      { ofPeer: false, median: 2.5, kept: true }, { ofPeer: true, median: 0.625, kept: true },
    ]);
    expect(verdicts([sample('narrows', 1, 3.1)])).toMatchObject([{ kept: false }]);
  });

  test('each missed promise is followed by why, once a case, with the run\'s own figures; a kept one is not', () => {
    const figures: Record<string, number> = { 'door cpuSecondsPerMillion': 6, 'decode spansPerCoreSecond': 250_000 };
    const median = (name: string, figure: string) => figures[`${name} ${figure}`] ?? null;
    const missed = verdicts([sample('narrows', 1, 6), sample('otelcol', 1, 4)]).filter(({ kept }) => kept === false);
    expect(missed).toHaveLength(2);
    expect(shortfalls(missed, median)).toEqual([expect.stringMatching(/^- \*\*door\*\*: .* are 4\.00 CPU-s .* the other 2\.00\./)]);
    expect(shortfalls(verdicts([sample('narrows', 1, 2), sample('otelcol', 1, 4)]).filter(({ kept }) => kept === false), median)).toEqual([]);
  });

  test('the national day stands in the benchmarks with its figures, once, and stays when the page is written anew', () => {
    const day = (spans: string) => `# The national day\n\nWritten by \`npm run bench:national\`; never typed. Seed 1.\n\n| what | | asked | |\n|---|---:|---:|---|\n| spans | **${spans}** | ≥ 60,000,000 | ✓ |\n\n## What was true\n\n| other | table |\n`;
    const first = withNationalSection('# Benchmarks\n\nFigures.\n', nationalSection(day('61')));
    expect(first).toMatch(/^# Benchmarks\n\nFigures\.\n\n<!-- .*\n## The national day\n\n.*Seed 1\.\n\n\| what \|.*\n.*\n\| spans \| \*\*61\*\* .*\n<!-- .* -->\n$/);
    const again = withNationalSection(first, nationalSection(day('62')));
    expect(again).toBe(first.replace('61', '62'));
    expect(nationalSection('# The national day\n\nNo table yet.\n')).toBe('');
  });

  test('spread: the middle of an even number lies between its two', () => {
    expect(spread([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spread([])).toBeNull();
  });

  test('a client whose items did not all arrive is wrong, one that was left out is not', () => {
    const right = { client: 'a', protocol: 'grpc', signals: { traces: '✓', metrics: '✓', logs: '✓' } };
    const short = { client: 'b', protocol: 'grpc', signals: { traces: '✗ spans: 199 of 200', metrics: '✓', logs: '✓' } };
    const leftOut = { client: 'c', protocol: 'grpc', leftOut: 'no java' };
    expect([right, short, leftOut].map(isWrong)).toEqual([false, true, false]);
    expect(clientPage([right, short, leftOut], { commit: 'x', date: 'y', items: 200 })).toContain('1 of 2 arrived as sent, 1 left out.');
  });
});
