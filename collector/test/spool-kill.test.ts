// The spool on a real disk, in a process that is killed without warning.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const WRITER = fileURLToPath(new URL('./spool-writer.mjs', import.meta.url));
let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'narrows-spool-')); });
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the writer until it has printed so many ids, then kills it; Infinity: until it ends. Returns the ids. */
async function run(firstId: number, mode: 'append' | 'drain', idsMax: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, directory, String(firstId), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.split('\n').length > idsMax) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return text.split('\n').slice(0, -1).map(Number);
}

test('five times killed in mid-append: every acknowledged batch is there, and none is there twice', async () => {
  const acknowledged: number[] = [];
  for (let kill = 0; kill < 5; kill++) acknowledged.push(...await run(1 + kill * 1_000_000, 'append', 50 + 37 * kill));
  const stored = await run(0, 'drain', Infinity);
  expect(acknowledged.length).toBeGreaterThan(500);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
  expect(await run(0, 'drain', Infinity)).toEqual([]);
});
