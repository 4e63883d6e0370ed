// The collector's life: what stops it from starting, how it stops, and that a kill in mid-load loses no acknowledged span
// and shows none twice.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HitmapAnswer, IngestStatus, TransactionsAnswer } from '@narrows/contract';
import { CollectorProcess, NARROWS } from './serve-collector.js';
import { newId, traces } from './serve-otlp.js';

const collectors: CollectorProcess[] = [];
function newCollector(): CollectorProcess {
  const collector = new CollectorProcess();
  collectors.push(collector);
  return collector;
}
afterEach(async () => { for (const collector of collectors.splice(0)) await collector.remove(); });

/** Runs to its end, which is expected to come at once. */
function serve(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [NARROWS, 'serve', '--grpc-port', '0', ...args], { env: { ...process.env, ...env } }, (_error, _stdout, stderr) => resolve({ code: child.exitCode, stderr }));
  });
}

describe('starting', () => {
  it('a port in use is one clear sentence and exit code 1', async () => {
    const holder = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => { holder.once('listening', resolve); });
    const { port } = holder.address() as net.AddressInfo;
    const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-port-'));
    const { code, stderr } = await serve(['--data', dir, '--port', String(port), '--otlp-port', '0']);
    holder.close();
    rmSync(dir, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
    expect(stderr).not.toContain(' at ');
  });
  it('no space, a wrong setting and a wrong pipeline are told before anything is made', async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-start-'));
    const file = path.join(dir, 'p.yaml');
    writeFileSync(file, 'id: x\nname: { ko: a, en: b }\nstages: []\n');
    const outcomes = await Promise.all([
      serve(['--data', dir, '--port', '0', '--otlp-port', '0'], { NARROWS_FREE_BYTES: '1e18' }),
      serve(['--data', dir, '--port', '99999']),
      serve(['--data', dir, '--port', '0', '--otlp-port', '0', '--pipelines', file]),
    ]);
    rmSync(dir, { recursive: true, force: true });
    expect(outcomes.map((o) => o.code)).toEqual([1, 1, 1]);
    expect(outcomes[0]?.stderr).toContain('DISK_FULL');
    expect(outcomes[1]?.stderr).toContain('NARROWS_PORT="99999": must be at most 65535');
    expect(outcomes[2]?.stderr).toContain('p.yaml: stages');
  });
  it('a second collector on the same data is refused, and the first lives on', async () => {
    const first = newCollector();
    await first.start();
    const { code, stderr } = await serve(['--data', first.dataDir, '--port', '0', '--otlp-port', '0']);
    expect(code).toBe(1);
    expect(stderr).toContain('DATA_DIR_LOCKED');
    expect((await first.get('/health', {})).status).toBe(200);
  });
  it('stopping ends with code 0, and what was acknowledged before is there after the next start', async () => {
    const collector = newCollector();
    await collector.start();
    const endMs = Date.now();
    await collector.send('traces', traces([{ service: 'web', name: 'GET /', kind: 'server', endMs, durationMs: 10 }]));
    expect(await collector.stop()).toBe(0);
    await collector.start();
    await collector.logIn();
    const { total } = await collector.askUntil<TransactionsAnswer>(`/transactions?from=${endMs - 5_000}&to=${endMs + 5_000}`, (a) => a.total > 0);
    expect(total).toBe(1);
  });
});

describe('kill -9 in mid-load', () => {
  it('loses no acknowledged span and shows none twice, in raw spans and in rollups', async () => {
    const collector = newCollector();
    await collector.start();
    const begin = Date.now();
    const acknowledged = new Set<string>();
    const uncertain: { ids: string[]; body: object }[] = [];
    for (let round = 0; round < 3; round++) {
      const senders = [0, 1, 2, 3].map(async () => {
        for (;;) {
          const ids = Array.from({ length: 50 }, () => newId(8));
          const body = traces(ids.map((spanId) => ({ service: 'web', name: 'GET /', kind: 'server', endMs: Date.now(), durationMs: 10, spanId })));
          try {
            if ((await collector.send('traces', body)).status !== 200) return;
          } catch (error) {
            if (!(error instanceof TypeError)) throw error;
            uncertain.push({ ids, body }); // The connection broke: stored or not, an agent sends the same bytes again.
            return;
          }
          for (const id of ids) acknowledged.add(id);
        }
      });
      await new Promise((resolve) => { setTimeout(resolve, 700 + round * 350); });
      await collector.stop('SIGKILL');
      await Promise.all(senders);
      await collector.start();
      for (const { ids, body } of uncertain.splice(0)) {
        expect((await collector.send('traces', body)).status).toBe(200);
        for (const id of ids) acknowledged.add(id);
      }
    }
    await collector.logIn();
    const range = `from=${begin - 5_000}&to=${Date.now() + 5_000}`;
    await collector.askUntil<IngestStatus>('/ingest', (s) => s.spoolBytes === 0);
    const { total } = await collector.ask<TransactionsAnswer>(`/transactions?${range}`);
    const { transactions } = await collector.ask<HitmapAnswer>(`/hitmap?${range}`);
    expect(acknowledged.size).toBeGreaterThan(1_000);
    expect({ total, transactions }).toEqual({ total: acknowledged.size, transactions: acknowledged.size });
  });
});
