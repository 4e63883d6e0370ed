// The same seed in several systems, side by side: each is played in a process of its own on as many cores as there are, and
// the report says what people lived through in each, and why the line of connections was so much longer than the people in it.
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoFailure } from '../../supervise/part.js';
import { serversAt, workersOf } from '../day.js';
import type { Lived } from '../simulation/lived.js';
import type { WhatIfOptions } from './national-options.js';
import { whatIfPage, whatIfTable, type Compared } from './what-if-report.js';

const PLAYER = fileURLToPath(new URL('./what-if-player.js', import.meta.url));

/** What the player is told, by the index of the change; −1: the day as it was. */
export interface PlayOrder { day: string; scale: number; seed: number; whatIf: string; change: number }

export async function runWhatIf(options: WhatIfOptions, say: (line: string) => void): Promise<{ day: string; scale: number; seed: number; systems: Compared[] }> {
  const { day, scale, seed, changes, reportFile } = options;
  const folder = path.dirname(reportFile);
  fs.mkdirSync(folder, { recursive: true });
  const beganMs = performance.now();
  const wanted = [{ id: 'as it was', title: { ko: '그날 그대로', en: 'as it was' }, apply: (one: typeof day) => one }, ...changes];
  const whatIf = changes.map(({ id }) => id).join(',');
  const lived = await playAll(wanted.map((_, i) => ({ day: day.id, scale, seed, whatIf, change: i - 1 })), (i) => say(`✓ ${wanted[i]!.title.en} (${((performance.now() - beganMs) / 1_000).toFixed(0)} s)`));
  const systems = wanted.map(({ id, title, apply }, i) => {
    const changed = apply(day);
    const servers = serversAt(changed, changed.durationMs);
    return { id, title, lived: lived[i]!, workersAtEnd: changed.channels.reduce((sum, channel) => sum + workersOf(channel, servers), 0) };
  });
  say(`\n${whatIfTable(systems)}`);
  fs.writeFileSync(reportFile, whatIfPage({ day, scale, seed, systems }, reportFile.endsWith('.html') ? 'html' : 'md'));
  say(`✓ ${reportFile}`);
  return { day: day.id, scale, seed, systems };
}

/** Two at a time on two cores. Errors: DemoFailure where one died. */
async function playAll(orders: readonly PlayOrder[], onDone: (index: number) => void): Promise<Lived[]> {
  const results: Lived[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < orders.length; i = next++) {
      results[i] = await playOne(orders[i]!);
      onDone(i);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, os.availableParallelism()) }, worker));
  return results;
}

function playOne(order: PlayOrder): Promise<Lived> {
  const child = fork(PLAYER, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Lived));
    child.once('exit', (code) => reject(new DemoFailure(`A day of the comparison could not be played to its end (exit code ${code}).`)));
    child.send(order);
  });
}
