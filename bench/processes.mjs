// Processes of a benchmark: started together, pinned to the same cores, read from /proc, and gone when the script is gone,
// however it ends. The clocks are Linux only, since nothing else tells the CPU time of another process exactly.
import { spawn, fork, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
/** Two cores, whatever the machine has: figures of different machines are then at least of the same kind. */
export const CORES = process.platform === 'linux' && os.cpus().length > 2 ? '0,1' : null;

const CALM_LOOKS = 3;
const CALM_LOOK_MS = 2_000;
const CALM_CORES_MAX = 0.05;

const running = new Set();
const folders = new Set();
process.on('exit', () => {
  for (const pid of [...descendantsOf(process.pid), ...[...running].map((child) => child.pid)]) kill(pid);
  for (const folder of folders) removeFolder(folder);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

/** A folder that goes with this process at the latest. */
export function temporaryFolder(prefix) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** Retries: an engine that was just killed may still be writing. */
export function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  folders.delete(folder);
}

/** Engines are children of children, and write until they are gone. */
function descendantsOf(pid) { return childrenOf(pid).flatMap((child) => [...descendantsOf(child), child]); }

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // It was gone already.
  }
}

function watch(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Start a program on the benchmark's cores. */
export function start(command, args, options = {}) {
  const pinned = CORES === null ? [command, ...args] : ['taskset', '-c', CORES, command, ...args];
  return watch(spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
}

/** Fork a Node script on the benchmark's cores, with a channel. */
export function startForked(script, args) {
  const child = watch(fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  if (CORES !== null) execFileSync('taskset', ['-apc', CORES, String(child.pid)], { stdio: 'ignore' });
  return child;
}

/** Ask a process to end, and wait until it has; by force after `graceMs`. */
export async function stop(child, graceMs = 15_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(force);
}

/** CPU seconds that a process has used so far, in user and system mode. */
export function cpuSeconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory, MiB: the most it ever was, and now. */
export function residentMiB(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { peak: kib('VmHWM') / 1024, now: kib('VmRSS') / 1024 };
}

/** Processes that this one started, such as the collector's engine; none are known where there is no /proc. */
export function childrenOf(pid) {
  if (process.platform !== 'linux') return [];
  const tasks = fs.existsSync(`/proc/${pid}/task`) ? fs.readdirSync(`/proc/${pid}/task`) : [];
  return tasks.flatMap((task) => {
    const list = `/proc/${pid}/task/${task}/children`;
    return fs.existsSync(list) ? fs.readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  });
}

/** Resolves when a reading of CPU seconds has stood still for three looks, or after `secondsMax`. */
export async function calm(readCpuSeconds, secondsMax) {
  const until = performance.now() + secondsMax * 1_000;
  for (let looks = 0; looks < CALM_LOOKS && performance.now() < until;) {
    const before = readCpuSeconds();
    await sleep(CALM_LOOK_MS);
    looks = (readCpuSeconds() - before) / (CALM_LOOK_MS / 1_000) < CALM_CORES_MAX ? looks + 1 : 0;
  }
}

/** CPU seconds of the whole machine since boot, to say what else was running. */
export function machineBusySeconds() {
  const [, ...ticks] = fs.readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/);
  return (ticks.map(Number).reduce((sum, n) => sum + n, 0) - Number(ticks[3]) - Number(ticks[4])) / TICKS_PER_SECOND;
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
