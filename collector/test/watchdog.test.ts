// The watchdog outside the process: a collector that is killed is told of by a real webhook, again
// until that takes it, under one id.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebhookReceiver } from '../src/testing/webhook-receiver.js';
import { CollectorProcess, NARROWS } from './serve-collector.js';

const collector = new CollectorProcess();
const hook = new WebhookReceiver();
let dog: ReturnType<typeof spawn> | undefined;
let said = '';
let hookUrl = '';

beforeAll(async () => { [hookUrl] = await Promise.all([hook.start(), collector.start({ NARROWS_SELF_METRICS: '0' })]); });
afterAll(async () => {
  dog?.kill('SIGTERM');
  await collector.remove();
  await hook.stop();
});

const watch = (config: string) => {
  const file = path.join(collector.dir, 'watchdog.yaml');
  writeFileSync(file, config);
  const child = spawn(process.execPath, [NARROWS, 'watchdog', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  return child;
};
const until = async (wanted: () => boolean) => {
  for (let tries = 0; !wanted(); tries++) {
    if (tries > 200) throw new Error(`it never came: ${hook.events().join(' ')}\n${said}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
};

test('what is wrong with its file is said, all of it, and nothing starts', async () => {
  const child = watch('url: nothing\neverySeconds: 0\nchannels:\n  - { name: x, kind: webhook, settings: {} }\n');
  expect(await new Promise((resolve) => { child.once('exit', resolve); })).toBe(1);
  for (const field of ['url', 'everySeconds']) expect(said).toContain(`watchdog.yaml: ${field}`);
});

test('a collector that is killed is told of, again until it was taken, under one id', async () => {
  said = '';
  dog = watch(`url: ${collector.base}\neverySeconds: 1\nfailures: 2\nnetworks: 127.0.0.0/8\nchannels:\n  - { name: duty, kind: webhook, settings: { url: "${hookUrl}", secret: a-secret-of-the-watchdog } }\n`);
  await new Promise((resolve) => { setTimeout(resolve, 2_500); });
  expect(hook.received).toEqual([]);
  hook.answers = [{ status: 503 }]; // The first try fails: it is told again.
  await collector.stop('SIGKILL');
  await until(() => hook.events().length >= 2);
  await new Promise((resolve) => { setTimeout(resolve, 2_500); });
  expect(hook.events()).toEqual(['collector_gone', 'collector_gone']);
  expect(new Set(hook.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(hook.received[1]!.headers['x-narrows-signature']).toMatch(/^sha256=/);
});
