import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGroundTruth } from '../dist/observe/ground-truth.js';
import type { DemoReport } from '../dist/observe/report.js';
import { freePort } from '../dist/supervise/preflight.js';
import { startDatabase } from './reservation-system.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const COMMAND = fileURLToPath(new URL('../bin/narrows-demo.js', import.meta.url));
const READY = 'Ctrl-C stops everything.';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-demo-run-'));
  fs.chmodSync(folder, 0o755);
});
afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

interface Run { process: ChildProcess; output: () => string; said: (text: string) => Promise<void>; ended: Promise<number | null> }

const runDemo = (...args: string[]): Run => runDemoWith({}, ...args);

function runDemoWith(env: Record<string, string>, ...args: string[]): Run {
  const child = spawn(process.execPath, [MAIN, '--headless', ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise<number | null>((resolve) => { child.once('close', resolve); });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const said = (text: string) => expect.poll(() => output, { timeout: 90_000, interval: 100 }).toContain(text);
  return { process: child, output: () => output, said, ended };
}

async function demoArguments(): Promise<string[]> {
  return ['--data', path.join(folder, 'data'), '--port', String(await freePort()), '--otlp-port', String(await freePort())];
}

/** Every process that stems from `pid`, with its command line, as Linux tells it. */
function descendantsOf(pid: number): { pid: number; command: string }[] {
  const parents = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = readProc(name, 'stat');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const found = (parent: number): number[] => (parents.get(parent) ?? []).flatMap((child) => [child, ...found(child)]);
  return found(pid).map((child) => ({ pid: child, command: readProc(String(child), 'cmdline').replaceAll('\0', ' ') }));
}

/** A file of a process; empty when the process has ended meanwhile. */
function readProc(pid: string, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

const alive = (processes: { pid: number; command: string }[]) =>
  processes.filter(({ pid }) => { const stat = readProc(String(pid), 'stat'); return stat !== '' && !stat.includes(') Z '); }).map(({ command }) => command);

test('a scenario that does not exist ends with 2 and the known ones', async () => {
  const run = runDemo('--scenario', 'tuesday');
  expect(await run.ended).toBe(2);
  expect(run.output()).toBe('✗ There is no scenario "tuesday". Known ones: before, after, channel-outage, suspension, wrong-clock, pledge-shop, primary, commission, online-class.\n');
});

test('a port in use is one sentence, and nothing has been started', async () => {
  const server = net.createServer();
  const port = await new Promise<number>((resolve) => { server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port)); });
  const run = runDemo('--data', path.join(folder, 'data'), '--port', String(port), '--otlp-port', String(await freePort()));
  expect(await run.ended).toBe(1);
  expect(run.output().trim()).toBe(`✗ Port ${port} is in use by another program; stop it, or choose another port with --port.`);
  expect(fs.existsSync(path.join(folder, 'data'))).toBe(false);
  server.close();
});

test('people arrive and book, a collector killed in mid-run comes back with the same data, faults are begun by command, and Ctrl-C leaves a report and no process', async () => {
  const json = path.join(folder, 'report.json');
  const run = runDemo(...await demoArguments(), '--json', json, '--scenario', 'after', '--seed', '3');
  await run.said(READY);
  const processes = descendantsOf(run.process.pid ?? 0);
  expect(processes.filter(({ command }) => command.includes('services/')).length).toBe(7);

  await run.said('arrived');
  const collector = processes.find(({ command }) => command.includes('narrows.js serve'));
  process.kill(collector?.pid ?? 0, 'SIGKILL');
  await run.said('starting it again with the same data');
  await run.said('The collector is back.');
  const booked = () => Math.max(...[...run.output().matchAll(/booked (\d+)/g)].map((match) => Number(match[1])));
  await expect.poll(booked, { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);

  const command = async (...args: string[]) => { const child = spawn(process.execPath, [COMMAND, ...args, '--data', path.join(folder, 'data')], { stdio: 'ignore' }); return new Promise((resolve) => { child.once('close', resolve); }); };
  expect(await command('fault', 'list')).toBe(0);
  expect(await command('fault', 'start', 'cpu-starved', '--target', 'clinics')).toBe(0);
  expect(await command('fault', 'start', 'relay-cut')).toBe(0);
  expect(await command('fault', 'start', 'earthquake')).toBe(1);
  expect(await command('fault', 'stop')).toBe(2);
  expect(await command('operate', 'gate', '40')).toBe(0);

  const all = [...processes, ...descendantsOf(run.process.pid ?? 0)];
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(alive(all)).toEqual([]);
  expect(run.output()).toMatch(/\d+ people came with \d+ browsers: \d+ served/);
  const truths = readGroundTruth(path.join(folder, 'data', 'truth.jsonl'));
  expect(truths.map(({ fault, endMs }) => [fault, typeof endMs])).toEqual([['cpu-starved', 'number'], ['relay-cut', 'number']]);
  expect(await command('fault', 'list')).toBe(1);
  const report = JSON.parse(fs.readFileSync(json, 'utf8')) as DemoReport;
  expect(report).toMatchObject({ scenario: 'after', seed: 3, truth: truths, collectorRestarts: 1 });
  expect(report.people.booked).toBeGreaterThan(0);
});

test('when the demo itself is killed with kill -9, PostgreSQL, collector, services and crowd end all the same', async () => {
  const run = runDemo(...await demoArguments());
  await run.said(READY);
  const processes = descendantsOf(run.process.pid ?? 0);
  expect(processes.some(({ command }) => command.includes('bin/postgres'))).toBe(true);
  run.process.kill('SIGKILL');
  await run.ended;
  await expect.poll(() => alive(processes), { timeout: 60_000, interval: 200 }).toEqual([]);
});

test('with a PostgreSQL and a collector that run elsewhere, as in containers, only the relay, the services and the crowd are started', async () => {
  const database = await startDatabase({ slotsPerClinic: 2, seatsPerSlot: 10 });
  const keys = new Set<string | undefined>();
  const elsewhere = http.createServer((request, response) => { keys.add(request.headers.authorization); request.resume(); response.end(); });
  await new Promise<void>((resolve) => { elsewhere.listen(0, '127.0.0.1', resolve); });
  const sitePort = await freePort();
  const run = runDemoWith({
    DEMO_DATABASE_URL: database.postgres.url, DEMO_COLLECTOR_OTLP_URL: `http://127.0.0.1:${(elsewhere.address() as net.AddressInfo).port}`,
    DEMO_COLLECTOR_KEY: 'their-key', DEMO_HOST: '127.0.0.1', DEMO_PORT: String(sitePort),
  }, '--data', path.join(folder, 'data'));
  await run.said(READY);
  expect((await fetch(`http://127.0.0.1:${sitePort}/`)).status).toBe(200);
  const started = descendantsOf(run.process.pid ?? 0).map(({ command }) => command);
  expect(started.filter((command) => command.includes('services/')).length).toBe(7);
  expect(started.filter((command) => command.includes('narrows.js serve') || command.includes('bin/postgres'))).toEqual([]);
  await expect.poll(() => [...keys], { timeout: 30_000 }).toEqual(['Bearer their-key']);
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(0);
  elsewhere.closeAllConnections();
  elsewhere.close();
  await database.stop();
});
