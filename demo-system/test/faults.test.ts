// Every fault that acts inside the services, begun and ended on real ones: people meet it, its truth is written down, and
// afterwards all is as before.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createConnections, Device, type Answer } from '../dist/crowd/device.js';
import { readGroundTruth, writeGroundTruth } from '../dist/observe/ground-truth.js';
import { TruthKeeper } from '../dist/observe/truth.js';
import { channelsOf, scenarioOf } from '../dist/scenario.js';
import { FaultDesk } from '../dist/supervise/fault-desk.js';
import { surroundingsOf } from '../dist/supervise/surroundings.js';
import { systemOf } from '../dist/system.js';
import { startReservationSystem, type ReservationSystem } from './reservation-system.js';

const connections = createConnections();
let system: ReservationSystem;
let desk: FaultDesk;
let truthFile: string;
let verifications = 0;
let people = 0;
const numbers = new Map<Device, number>();

beforeAll(async () => {
  system = await startReservationSystem('after');
  truthFile = path.join(system.database.directory, 'truth.jsonl');
  const truth = new TruthKeeper('vaccine-after', 'identity', (truths) => writeGroundTruth(truthFile, truths));
  const surroundings = surroundingsOf({ fleet: system.fleet, collector: null, relayLine: null, crowd: () => undefined, startFlood: () => { throw new Error('no flood here'); } });
  desk = new FaultDesk({ system: systemOf('vaccine'), pipeline: 'vaccine-after', channels: channelsOf(scenarioOf('after')), fleet: system.fleet, surroundings, truth });
  for (const { part } of system.fleet.of()) {
    part.onMessage((message) => {
      if (message.type === 'fault-answer') desk.answered(message.id, message.error);
      if (message.type === 'pools') verifications = message.channels.reduce((sum, { arrived }) => sum + arrived, 0);
    });
  }
});
afterEach(() => desk.stopAll());
afterAll(async () => {
  connections.destroy();
  await system?.stop();
});

const told = ({ status, body }: Answer) => [status, body['outcome']];
const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Somebody new, as far as `to`. */
async function somebody(to: 'identity' | 'form' | 'booking'): Promise<Device> {
  people++;
  const device = new Device({ siteUrl: system.webUrl, connections, ip: `100.1.${people}.1` });
  numbers.set(device, people);
  if (to === 'identity') return device;
  expect(told(await verify(device, 'pass-skt'))).toEqual([200, 'verified']);
  for (let answer = await device.send('POST', '/api/waiting-room'); answer.body['outcome'] === 'waiting'; answer = await device.send('GET', '/api/waiting-room')) await pause(50);
  if (to === 'booking') expect(told(await device.send('POST', '/api/form', {}))).toEqual([200, 'eligible']);
  return device;
}
/** Proofs that do not match by chance are tried again. */
async function verify(device: Device, channel: string): Promise<Answer> {
  const answer = await device.send('POST', `/api/identity/${channel}`, { details: { name: `시민${numbers.get(device)}`, birth: '820809', phone: '010-1234-5678' } });
  return answer.body['reason'] === 'identity_mismatch' ? verify(device, channel) : answer;
}
/** Whether `answer` is still awaited after a while. */
const waits = async (answer: Promise<unknown>, ms: number) => await Promise.race([answer.then(() => 'answered'), pause(ms).then(() => 'waits')]);

test('a channel that is down or failing says so, the others carry on, and afterwards it is well', async () => {
  await desk.start({ fault: 'channel-down', target: 'naver' });
  await desk.start({ fault: 'channel-failing', target: 'kakao', amount: 1 });
  const device = await somebody('identity');
  expect((await verify(device, 'naver')).body).toMatchObject({ outcome: 'identity_failed', reason: 'provider_error' });
  expect((await verify(device, 'kakao')).body).toMatchObject({ outcome: 'identity_failed', reason: 'provider_error' });
  await desk.stopAll();
  expect(told(await verify(device, 'naver'))).toEqual([200, 'verified']);
});

test('a slow channel makes its people wait, and nobody else', async () => {
  await desk.start({ fault: 'channel-slow', target: 'naver', amount: 10 });
  const slow = verify(await somebody('identity'), 'naver');
  expect(told(await verify(await somebody('identity'), 'joint-cert'))).toEqual([200, 'verified']);
  expect(await waits(slow, 1)).toBe('waits');
});

test('with a wrong clock people who may book are told that they may not, with status 200', async () => {
  await desk.start({ fault: 'wrong-clock' });
  expect(told(await (await somebody('form')).send('POST', '/api/form', {}))).toEqual([200, 'not_eligible']);
});

test('a stuck registry keeps people waiting until it is freed', async () => {
  const device = await somebody('form');
  await desk.start({ fault: 'registry-stuck' });
  const answer = device.send('POST', '/api/form', {});
  expect(await waits(answer, 600)).toBe('waits');
  await desk.stopAll();
  expect(told(await answer)).toEqual([200, 'eligible']);
});

test('a lost session throws people back to the start of their journey', async () => {
  const device = await somebody('booking');
  await desk.start({ fault: 'session-loss', amount: 1 });
  expect((await device.send('POST', '/api/reservations', { slotId: 1 })).body).toEqual({ outcome: 'session_lost', next: 'identity' });
});

test('while another session holds the lock a booking waits, and is made when it is free', async () => {
  const device = await somebody('booking');
  await desk.start({ fault: 'lock-contention', target: 'booking', amount: 20_000 });
  await expect.poll(async () => (await system.database.pool.query(`select 1 from pg_locks where mode = 'ExclusiveLock' and relation = 'bookings'::regclass and granted`)).rowCount).toBe(1);
  const booking = device.send('POST', '/api/reservations', { slotId: 2 });
  expect(await waits(booking, 500)).toBe('waits');
  await system.database.pool.query(`select pg_terminate_backend(pid) from pg_locks where mode = 'ExclusiveLock' and relation = 'bookings'::regclass and granted`);
  expect(told(await booking)).toEqual([201, 'booked']);
});

test('with connections that come back late the pool runs dry: the eleventh booking waits for one', async () => {
  const devices = await Promise.all(Array.from({ length: 12 }, () => somebody('booking')));
  await desk.start({ fault: 'pool-exhausted', target: 'booking', amount: 3_000 });
  const answers = devices.map((device, i) => device.send('POST', '/api/reservations', { slotId: 10 + i }));
  const inTime = await Promise.all(answers.map((answer) => waits(answer, 2_500)));
  expect(inTime.filter((one) => one === 'waits').length).toBe(2);
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(devices.map(() => 201));
});

test('in a retry storm one verification is asked for several times', async () => {
  await desk.start({ fault: 'retry-storm', target: 'identity', amount: 2 });
  await pause(300);
  const before = verifications;
  await verify(await somebody('identity'), 'pass-kt');
  await expect.poll(() => verifications - before).toBe(2);
});

test('a delayed network makes callers wait; a blocked or starved service answers late; each ends with its fault', async () => {
  for (const [fault, target, amount] of [['network-delay', 'clinics', 800], ['event-loop-blocked', 'clinics', 980], ['cpu-starved', 'clinics', 0.97]] as const) {
    await desk.start({ fault, target, amount });
    const answers = await Promise.all(Array.from({ length: 10 }, async (_, i) => { await pause(i * 250); return waits(fetch(`${system.webUrl}/api/slots`), 60); }));
    expect([fault, answers.includes('waits')]).toEqual([fault, true]);
    await desk.stopAll();
    expect((await fetch(`${system.webUrl}/api/slots`)).status).toBe(200);
  }
});

test('a slower version takes the place of the one that runs without a request lost, and is rolled back', async () => {
  const outcomes: number[] = [];
  const asking = setInterval(() => void fetch(`${system.webUrl}/api/slots`).then(({ status }) => outcomes.push(status)), 50);
  await desk.start({ fault: 'slow-version', target: 'identity', amount: 500 });
  expect(system.fleet.of('identity').map(({ release }) => release.version)).toEqual(['1.1.0']);
  await desk.stopAll();
  clearInterval(asking);
  expect(system.fleet.of('identity').map(({ release }) => release.version)).toEqual(['1.0.0']);
  expect(told(await verify(await somebody('identity'), 'pass-skt'))).toEqual([200, 'verified']);
  expect(outcomes.every((status) => status === 200)).toBe(true);
});

test('what cannot be begun is one sentence, and every fault that was has its line in the file of truths, begun and ended', async () => {
  await expect(desk.start({ fault: 'earthquake' })).rejects.toThrow('There is no fault "earthquake". Known ones: channel-slow,');
  await expect(desk.start({ fault: 'channel-slow', target: 'fax' })).rejects.toThrow('needs a channel, and "fax" is none that can have it. Possible: pass-skt');
  await expect(desk.start({ fault: 'channel-slow', target: 'naver', amount: 0 })).rejects.toThrow('takes an amount (times) from 1.5 to 50, not 0');
  await expect(desk.start({ fault: 'wrong-clock', target: 'web' })).rejects.toThrow('leave the target "web" out');
  await expect(desk.start({ fault: 'slow-version', target: 'waiting-room' })).rejects.toThrow('none that can have it');
  await expect(desk.stop('ddos-flood')).rejects.toThrow('ddos-flood is not going on');
  const truths = readGroundTruth(truthFile);
  expect(truths.length).toBe(13);
  expect(truths.every(({ beginMs, endMs }) => endMs !== null && endMs >= beginMs)).toBe(true);
  expect(truths[0]).toMatchObject({ kind: 'channel_outage', subject: { pipeline: 'vaccine-after', stage: 'identity', channel: 'naver' }, fault: 'channel-down' });
  expect(fs.readFileSync(truthFile, 'utf8').split('\n').length).toBe(14);
});
