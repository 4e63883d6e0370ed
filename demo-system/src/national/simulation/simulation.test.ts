import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { scaledDay, type NationalDay } from '../day.js';
import { august9 } from '../days/august-9.js';
import { july19 } from '../days/july-19.js';
import { DayTelemetry } from '../telemetry/day-telemetry.js';
import { Simulation } from './simulation.js';

const MINUTE = 60_000;
const july = scaledDay(july19, 0.002);
const august = scaledDay(august9, 0.002);

/** Bytes of everything that a day sends, taken in steps of so many ms. */
function bytesOf(day: NationalDay, seed: number, stepMs: number): string {
  const hash = createHash('sha256');
  const telemetry = new DayTelemetry(day, seed);
  const simulation = new Simulation(day, seed, telemetry);
  for (let atMs = stepMs, more = true; more; atMs += stepMs) {
    more = simulation.playUntil(atMs);
    for (const { bytes, done } of telemetry.take()) { hash.update(bytes); done(); }
  }
  return hash.digest('hex');
}

test('the same day and seed send the same bytes, however fast they are taken; another seed sends others', () => {
  const day = { ...july, durationMs: 7 * MINUTE };
  const once = bytesOf(day, 1, 1_000);
  expect(bytesOf(day, 1, 7_000)).toBe(once);
  expect(bytesOf(day, 2, 1_000)).not.toBe(once);
}, 60_000);

test('whether somebody listens changes nothing of what people live through', () => {
  const day = { ...july, durationMs: 12 * MINUTE };
  expect(new Simulation(day, 3, new DayTelemetry(day, 3)).play()).toEqual(new Simulation(day, 3, null).play());
}, 60_000);

test.each([['July', july], ['August', august]])('Little\'s law holds on every stage of %s', (_, day) => {
  const simulation = new Simulation(day, 1, null);
  simulation.play();
  for (const clock of [simulation.line.clock, simulation.clocks.form, simulation.identity.clock, simulation.clocks.booking]) {
    // Those who are still inside at the end have not told their time yet.
    const told = clock.residenceMsSum / day.durationMs;
    expect(clock.went).toBeGreaterThan(100);
    expect(Math.abs(clock.meanInside(day.durationMs) / told - 1)).toBeLessThan(0.02);
  }
});

test('nobody is lost: whoever came is booked, has given up, is not eligible, or is still on the way', () => {
  for (const day of [july, august]) {
    const simulation = new Simulation(day, 1, null);
    const { total } = simulation.play();
    const ended = total.booked + total.gaveUp + total.notEligible;
    const under = Array.from(simulation.people.at.subarray(0, simulation.people.count)).filter((at) => at < 6 || at === 9).length;
    expect(ended + under).toBe(total.arrived);
    expect(under).toBeLessThan(total.arrived / 20);
  }
});

test('in July far more connections stand in line than people, failure throws back, and bookings stop while they are suspended', () => {
  const { total, longest, byHour } = new Simulation(july, 1, null).play();
  expect(longest.places / 0.002).toBeGreaterThan(6e6);
  expect(longest.places).toBeGreaterThan(4 * longest.people);
  expect(Object.values(longest.reasons).reduce((a, b) => a + b, 0)).toBe(longest.places);
  expect(total.thrownBack).toBeGreaterThan(total.booked / 2);
  expect(byHour[1]!.booked).toBe(0);
});

test('in August 1.7 million come, the line is empty, nobody is thrown back, and other devices are turned away', () => {
  const { total, longest } = new Simulation(august, 1, null).play();
  expect(Math.abs(total.arrived / 0.002 / 1.7e6 - 1)).toBeLessThan(0.03);
  expect(longest.places).toBeLessThan(20);
  expect(total.thrownBack).toBe(0);
  expect(total.blockedDevices).toBeGreaterThan(0);
  expect(total.booked / total.arrived).toBeGreaterThan(0.95);
});
