import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnections, Device, type Answer } from '../dist/crowd/device.js';
import { channelsOf, scenarioOf } from '../dist/scenario.js';
import { operate, operationOf } from '../dist/supervise/operations.js';
import { startReservationSystem, type ReservationSystem } from './reservation-system.js';

const connections = createConnections();
const details = { name: '홍길동', birth: '820809', phone: '010-1234-5678', region: 'seoul' };
let july: ReservationSystem;
let august: ReservationSystem;

beforeAll(async () => {
  july = await startReservationSystem('before');
  august = await startReservationSystem('after');
});
afterAll(async () => {
  connections.destroy();
  await july?.stop();
  await august?.stop();
});

const deviceAt = (system: ReservationSystem, ip = '100.1.1.1') => new Device({ siteUrl: system.webUrl, connections, ip });
const told = ({ status, body }: Answer) => [status, body['outcome'], body['next']];

async function waitUntilAdmitted(device: Device): Promise<Answer> {
  for (let answer = await device.send('POST', '/api/waiting-room'); ; answer = await device.send('GET', '/api/waiting-room')) {
    if (answer.body['outcome'] !== 'waiting') return answer;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}
async function firstSlot(device: Device): Promise<number> {
  const { body } = await device.send('GET', '/api/slots');
  return (body['slots'] as { slotId: number }[])[0]?.slotId ?? 0;
}

test('in July one waits, fills in the form, proves who one is and books, in this order and in no other', async () => {
  const device = deviceAt(july);
  expect((await device.send('GET', '/api/journey')).body).toMatchObject({ scenario: 'before', next: 'waiting-room' });
  expect(told(await device.send('POST', '/api/reservations', { slotId: 1 }))).toEqual([409, 'wrong_step', 'waiting-room']);
  expect(told(await waitUntilAdmitted(device))).toEqual([200, 'admitted', 'form']);
  expect(told(await device.send('POST', '/api/form', {}))).toEqual([400, 'details_missing', 'form']);
  expect(told(await device.send('POST', '/api/form', { details }))).toEqual([200, 'eligible', 'identity']);
  expect(told(await device.send('POST', '/api/identity/naver'))).toEqual([200, 'verified', 'booking']);
  expect(told(await device.send('POST', '/api/reservations', { slotId: await firstSlot(device) }))).toEqual([201, 'booked', 'done']);
});

test('in August one proves who one is first; a second device of the same person is turned away', async () => {
  const phone = deviceAt(august);
  const laptop = deviceAt(august, '100.2.2.2');
  expect(told(await phone.send('POST', '/api/waiting-room'))).toEqual([409, 'wrong_step', 'identity']);
  expect(told(await phone.send('POST', '/api/identity/pass-skt', { details }))).toEqual([200, 'verified', 'waiting-room']);
  expect(told(await laptop.send('POST', '/api/identity/pass-kt', { details }))).toEqual([409, 'blocked_other_device', 'identity']);
  expect(told(await waitUntilAdmitted(phone))).toEqual([200, 'admitted', 'form']);
  expect(told(await phone.send('POST', '/api/form', {}))).toEqual([200, 'eligible', 'booking']);
  expect(told(await phone.send('POST', '/api/reservations', { slotId: await firstSlot(phone) }))).toEqual([201, 'booked', 'done']);
});

test('in July a failed verification throws the person back to the start of the line', async () => {
  const device = deviceAt(july, '100.3.3.3');
  await waitUntilAdmitted(device);
  await device.send('POST', '/api/form', { details: { ...details, phone: '010-9999-0000' } });
  expect(told(await device.send('POST', '/api/identity/no-such-channel'))).toEqual([404, 'thrown_back', 'waiting-room']);
});

test('the lights of all nine channels are told, and input that cannot be is refused before it goes anywhere', async () => {
  const device = deviceAt(august, '100.4.4.4');
  const { body } = await device.send('GET', '/api/channels');
  expect((body['channels'] as { light: string }[]).map(({ light }) => light)).toEqual(Array.from({ length: 9 }, () => 'fine'));
  expect((await device.send('POST', '/api/identity/pass-kt', { details: { ...details, birth: '1964' } })).status).toBe(400);
  expect((await device.send('POST', '/api/identity/..%2Flights', { details })).status).toBe(400);
});

test('whose birth date does not end in the digit of the day is told so, and the site says which day it is', async () => {
  const device = deviceAt(august, '100.5.5.5');
  expect((await device.send('GET', '/api/journey')).body['birthDigitsToday']).toEqual([9]);
  expect(told(await device.send('POST', '/api/identity/pass-skt', { details: { ...details, birth: '820808' } }))).toEqual([200, 'not_your_day', 'identity']);
});

test('while booking is suspended everybody is told so and keeps their place in the journey; reopened, they go on', async () => {
  const device = deviceAt(july, '100.6.6.6');
  await waitUntilAdmitted(device);
  const channels = channelsOf(scenarioOf('before'));
  await operate({ action: 'suspend', suspended: true }, july.fleet, channels);
  await expect.poll(async () => told(await device.send('POST', '/api/form', { details }))).toEqual([200, 'suspended', 'form']);
  await operate({ action: 'suspend', suspended: false }, july.fleet, channels);
  await expect.poll(async () => told(await device.send('POST', '/api/form', { details: { ...details, phone: '010-7777-0000' } }))).toEqual([200, 'eligible', 'identity']);
});

test('operators put a channel first, give it room, and add a server, while people are served', async () => {
  const channels = channelsOf(scenarioOf('after'));
  const device = deviceAt(august, '100.7.7.7');
  expect(await operate({ action: 'order', channels: ['ipin', 'naver'] }, august.fleet, channels)).toContain('ipin, naver');
  await expect.poll(async () => ((await device.send('GET', '/api/channels')).body['channels'] as { id: string }[]).slice(0, 2).map(({ id }) => id), { timeout: 5_000 }).toEqual(['ipin', 'naver']);
  await operate({ action: 'capacity', channel: 'ipin', workers: 40 }, august.fleet, channels);
  await operate({ action: 'servers', service: 'identity', count: 2 }, august.fleet, channels);
  expect(august.fleet.of('identity').length).toBe(2);
  expect((await Promise.all(Array.from({ length: 4 }, (_, i) => deviceAt(august, `100.8.8.${i}`).send('POST', '/api/identity/pass-kt', { details: { ...details, phone: `010-6666-000${i}` } })))).every(({ status }) => status === 200 || status === 422)).toBe(true);
  await operate({ action: 'servers', service: 'identity', count: 1 }, august.fleet, channels);
  await expect(operate({ action: 'servers', service: 'web', count: 2 }, august.fleet, channels)).rejects.toThrow('keeps what it knows in its one process');
  await expect(operate({ action: 'capacity', channel: 'fax', workers: 1 }, august.fleet, channels)).rejects.toThrow('There is no channel "fax". Known ones: pass-skt');
  expect(() => operationOf('servers', ['identity'])).toThrow('Type it as: npx narrows-demo operate servers SERVICE COUNT');
});
