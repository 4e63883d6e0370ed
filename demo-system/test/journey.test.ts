import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnections, Device, type Answer } from '../dist/crowd/device.js';
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
