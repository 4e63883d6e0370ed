// What has to be true of the machine before anything is started: free ports, space, memory, a data directory that may
// be emptied. Each miss is one sentence that says what to do.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { DemoOptions } from '../options.js';
import { DemoFailure } from './part.js';

const GIB = 1024 ** 3;
export const DISK_BYTES_MIN = 1 * GIB;
export const MEMORY_BYTES_MIN = 1.5 * GIB;

export interface Machine {
  diskBytesFree(directory: string): number;
  memoryBytesAvailable(): number;
}

/** The machine we are on. */
export const thisMachine: Machine = {
  diskBytesFree: (directory) => { const { bavail, bsize } = fs.statfsSync(existingPart(directory)); return bavail * bsize; },
  memoryBytesAvailable: () => {
    const available = fs.existsSync('/proc/meminfo') ? /^MemAvailable:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))?.[1] : undefined;
    return available === undefined ? os.freemem() : Number(available) * 1024;
  },
};

/** Errors: DemoFailure. */
export async function preflight(options: Pick<DemoOptions, 'port' | 'otlpPort' | 'controlPort' | 'dataDir' | 'jsonFile' | 'truthFile'>, expects: { ownCollector: boolean }, machine: Machine = thisMachine): Promise<void> {
  for (const [port, flag] of [[options.port, '--port'], [options.otlpPort, '--otlp-port']] as const) {
    if (expects.ownCollector && !await isFree(port)) throw new DemoFailure(`Port ${port} is in use by another program; stop it, or choose another port with ${flag}.`);
  }
  if (options.controlPort !== 0 && !await isFree(options.controlPort)) throw new DemoFailure(`Port ${options.controlPort} is in use by another program; stop it, or choose another port with --control-port.`);
  const disk = machine.diskBytesFree(options.dataDir);
  if (disk < DISK_BYTES_MIN) throw new DemoFailure(`Only ${inGib(disk)} of disk are free at ${options.dataDir}; the demo needs ${inGib(DISK_BYTES_MIN)}. Free some, or choose another place with --data.`);
  const memory = machine.memoryBytesAvailable();
  if (memory < MEMORY_BYTES_MIN) throw new DemoFailure(`Only ${inGib(memory)} of memory are available; the demo needs ${inGib(MEMORY_BYTES_MIN)}. Close something and try again.`);
  if (options.jsonFile !== null && !expects.ownCollector) throw new DemoFailure('--json needs a collector of the demo\'s own; leave DEMO_COLLECTOR_OTLP_URL out.');
  for (const [file, flag] of [[options.jsonFile, '--json'], [options.truthFile, '--truth']] as const) {
    if (file !== null && !fs.existsSync(path.dirname(file))) throw new DemoFailure(`The folder of ${flag} does not exist: ${path.dirname(file)}.`);
  }
}

/** Whether nobody listens on a port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve((address as net.AddressInfo).port));
    });
  });
}

/** The directory itself, or the nearest one above it that exists. */
function existingPart(directory: string): string {
  return fs.existsSync(directory) ? directory : existingPart(path.dirname(directory));
}

function inGib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
