import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { childEnvironment, tableValues } from '../dist/environment.js';
import { Part } from '../dist/supervise/part.js';
import { startDatabase, type Database } from './reservation-system.js';

const SEATS = 50;
let database: Database;
let service: Part;
let url: string;

beforeAll(async () => {
  database = await startDatabase({ slotsPerClinic: 2, seatsPerSlot: SEATS });
  service = new Part({
    name: 'booking', command: process.execPath, args: [fileURLToPath(new URL('../dist/services/booking/main.js', import.meta.url))],
    env: childEnvironment(tableValues({ databaseUrl: database.postgres.url })), logDir: database.directory, ipc: true, stopSignal: 'SIGTERM', stopGraceMs: 5_000,
  });
  url = `http://127.0.0.1:${(await service.ready(20_000)).port}/reservations`;
});
afterAll(async () => {
  await service?.stop();
  await database?.stop();
});

const personOf = (number: number) => number.toString(16).padStart(16, '0');
async function book(person: string, slotId: number): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ person, slotId }) });
  return ((await response.json()) as { outcome: string }).outcome;
}
const count = (outcomes: string[], outcome: string) => outcomes.filter((one) => one === outcome).length;

test('of 200 people who book the 50 seats of a slot at once exactly 50 get one, and the others are told that it is full', async () => {
  const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => book(personOf(i), 1)));
  expect([count(outcomes, 'booked'), count(outcomes, 'slot_full')]).toEqual([SEATS, 150]);
  const { rows } = await database.pool.query('select count(*)::int as seats, count(distinct booking_id)::int as bookings from seats where slot_id = 1 and booking_id is not null');
  expect(rows).toEqual([{ seats: SEATS, bookings: SEATS }]);
});

test('people who press the button on three devices at once get one seat, and no seat is lost to the two that are refused', async () => {
  const people = Array.from({ length: 60 }, (_, i) => personOf(10_000 + i));
  const outcomes = await Promise.all([...people, ...people, ...people].map((person) => book(person, 2)));
  expect(count(outcomes, 'booked')).toBe(SEATS);
  const { rows } = await database.pool.query<{ people: number; bookings: number }>('select count(distinct person)::int as people, count(*)::int as bookings from bookings');
  expect(rows).toEqual([{ people: 2 * SEATS, bookings: 2 * SEATS }]);
  const seatless = await database.pool.query('select 1 from bookings where id not in (select booking_id from seats where booking_id is not null)');
  expect(seatless.rowCount).toBe(0);
});

test('a region never gives more doses than it has, whoever asks at once, and a seat is not lost to those who are told so', async () => {
  await database.pool.query(`update stock set doses = 7 where region = 'busan'`);
  const slot = (await database.pool.query<{ id: number }>(`select slots.id from slots join clinics on clinics.id = clinic_id where region = 'busan' order by 1 limit 1`)).rows[0]?.id ?? 0;
  const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => book(personOf(50_000 + i), slot)));
  expect([count(outcomes, 'booked'), count(outcomes, 'out_of_stock')]).toEqual([7, 33]);
  const { rows } = await database.pool.query(`select (select doses from stock where region = 'busan') as doses, (select count(*)::int from seats where slot_id = $1 and booking_id is not null) as taken`, [slot]);
  expect(rows).toEqual([{ doses: 0, taken: 7 }]);
});
