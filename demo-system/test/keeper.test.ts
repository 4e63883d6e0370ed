import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const PART = new URL('../dist/supervise/part.js', import.meta.url).href;
const KEEPER = new URL('../dist/supervise/keeper.js', import.meta.url).pathname;

/** A supervisor that starts a keeper and two processes that know nothing of it, one of which ignores SIGTERM. */
const SUPERVISOR = `
const { Part } = await import(${JSON.stringify(PART)});
const common = { command: process.execPath, env: process.env, logDir: process.argv[1], stopSignal: 'SIGTERM', stopGraceMs: 1000 };
const keeper = new Part({ ...common, name: 'keeper', args: [${JSON.stringify(KEEPER)}], ipc: true });
const parts = ['', 'process.on("SIGTERM", () => {});'].map((first, i) =>
  new Part({ ...common, name: 'part' + i, args: ['-e', first + 'setInterval(() => {}, 1000)'], ipc: false }));
for (const part of parts) keeper.send({ type: 'watch', pid: part.pid, signal: 'SIGTERM' });
setTimeout(() => console.log(JSON.stringify([keeper.pid, ...parts.map((part) => part.pid)])), 500);
`;

const isAlive = (pid: number) => { try { return process.kill(pid, 0); } catch { return false; } };

test('when the supervisor is killed with kill -9, the keeper ends every process it watches, then itself', async () => {
  const logDir = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-keeper-'));
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', SUPERVISOR, logDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = await new Promise<number[]>((resolve) => { supervisor.stdout.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as number[])); });
  expect(pids.map(isAlive)).toEqual([true, true, true]);
  supervisor.kill('SIGKILL');
  await expect.poll(() => pids.map(isAlive), { timeout: 30_000, interval: 200 }).toEqual([false, false, false]);
  fs.rmSync(logDir, { recursive: true, force: true });
});
