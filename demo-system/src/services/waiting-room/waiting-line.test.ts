import { expect, test } from 'vitest';
import { WaitingLine, type LineSpec, type Place } from './waiting-line.js';

const spec: LineSpec = { rankBy: 'browser-and-ip', admittedPerSecond: 10, insideMax: null, insideForMs: 120_000, forgetAfterMs: 20_000, placesMax: 1_000_000 };
const ticketOf = (place: Place | null) => { if (!place || place.state === 'unknown') throw new Error('no ticket'); return place.ticket; };
const aheadOf = (place: Place | null) => place?.state === 'waiting' ? place.ahead : place?.state;

test('in July one person on three devices takes three places, in August one', () => {
  const devices = [{ browser: 'a', ip: '10.0.0.1' }, { browser: 'b', ip: '10.0.0.1' }, { browser: 'a', ip: '10.0.0.2' }].map((d) => ({ ...d, person: 'p1' }));
  const july = new WaitingLine(spec, 0);
  const august = new WaitingLine({ ...spec, rankBy: 'person' }, 0);
  for (const device of devices) { july.enter(device, 0); august.enter(device, 0); }
  expect([july.waiting, august.waiting]).toEqual([3, 1]);
});

test('coming again from the same browser and address keeps the place', () => {
  const line = new WaitingLine(spec, 0);
  line.enter({ browser: 'first', ip: '1' }, 0);
  const ticket = ticketOf(line.enter({ browser: 'second', ip: '1' }, 0));
  line.enter({ browser: 'third', ip: '1' }, 0);
  const again = line.enter({ browser: 'second', ip: '1' }, 100);
  expect(again).toMatchObject({ state: 'waiting', ticket, ahead: 1 });
  expect(line.waiting).toBe(3);
});

test('people are let in in the order they came, at the rate given and no faster after a quiet time', () => {
  const line = new WaitingLine(spec, 0);
  line.advance(60_000);
  const tickets = Array.from({ length: 100 }, (_, i) => ticketOf(line.enter({ browser: String(i), ip: '1' }, 60_000)));
  line.advance(60_000);
  expect(line.waiting).toBe(95);
  line.advance(62_000);
  expect(line.waiting).toBe(90);
  for (let t = 62_100; t <= 64_000; t += 100) line.advance(t);
  expect(line.waiting).toBeGreaterThanOrEqual(70);
  expect(line.waiting).toBeLessThanOrEqual(71);
  const states = tickets.map((ticket) => line.look(ticket, 64_000).state);
  expect(states.lastIndexOf('admitted')).toBe(states.indexOf('waiting') - 1);
});

test('the estimate is the number ahead over the rate, and people far back are asked to look less often', () => {
  const line = new WaitingLine(spec, 0);
  for (let i = 0; i < 200; i++) line.enter({ browser: String(i), ip: '1' }, 0);
  expect(line.enter({ browser: 'last', ip: '1' }, 0)).toMatchObject({ ahead: 200, estimatedSeconds: 20, pollAfterMs: 8_000 });
  expect(line.enter({ browser: '0', ip: '1' }, 0)).toMatchObject({ ahead: 0, pollAfterMs: 1_500 });
});

test('a place that nobody asks about is given up, and those behind move forward', () => {
  const line = new WaitingLine(spec, 0);
  for (let i = 0; i < 50; i++) line.enter({ browser: String(i), ip: '1' }, 0);
  const ticket = ticketOf(line.enter({ browser: 'patient', ip: '1' }, 0));
  line.look(ticket, 15_000);
  line.sweep(21_000);
  expect(line.waiting).toBe(1);
  expect(aheadOf(line.look(ticket, 21_000))).toBe(0);
  line.advance(22_000);
  expect(line.look(ticket, 22_000).state).toBe('admitted');
});

test('a ticket handed in is unknown afterwards, and the same browser starts at the end again', () => {
  const line = new WaitingLine(spec, 0);
  const ticket = ticketOf(line.enter({ browser: 'a', ip: '1' }, 0));
  line.enter({ browser: 'b', ip: '1' }, 0);
  line.leave(ticket);
  expect(line.look(ticket, 0)).toEqual({ state: 'unknown' });
  expect(aheadOf(line.enter({ browser: 'a', ip: '1' }, 0))).toBe(1);
});

test('100,000 places are taken and let in, and a full line says so', { timeout: 60_000 }, () => {
  const line = new WaitingLine({ ...spec, admittedPerSecond: 1_000_000, placesMax: 100_000 }, 0);
  for (let i = 0; i < 100_000; i++) line.enter({ browser: String(i), ip: '1' }, 0);
  expect(line.enter({ browser: 'one more', ip: '1' }, 0)).toBeNull();
  line.advance(1_000);
  expect(line.waiting).toBe(0);
});

test('no more are inside at once than there is room for; one who leaves, or is not heard of for long, makes room for the next', () => {
  const line = new WaitingLine({ ...spec, admittedPerSecond: 1_000, insideMax: 3 }, 0);
  const tickets = Array.from({ length: 5 }, (_, i) => ticketOf(line.enter({ browser: String(i), ip: '1' }, 0)));
  line.advance(1_000);
  expect([line.inside, line.waiting]).toEqual([3, 2]);
  line.leave(tickets[0] ?? '');
  line.advance(2_000);
  expect([line.inside, line.waiting]).toEqual([3, 1]);
  line.look(tickets[4] ?? '', 122_500);
  line.sweep(123_000);
  line.advance(123_100);
  expect([line.inside, line.waiting]).toEqual([1, 0]);
});

test('operators open the gate wider while people stand in line', () => {
  const line = new WaitingLine(spec, 0);
  for (let i = 0; i < 100; i++) line.enter({ browser: String(i), ip: '1' }, 0);
  line.admitPerSecond(200);
  line.advance(500);
  expect(line.waiting).toBe(0);
});
