import { expect, test } from 'vitest';
import { Admission, type Reservation } from './admission.js';

const MIB = 1024 * 1024;
/** Reservations of `bytes` for as long as there is room. */
function takeAll(admission: Admission, agency: string, bytes: number): Reservation[] {
  const taken: Reservation[] = [];
  for (;;) {
    const reservation = admission.open(agency);
    try {
      reservation.reserve(bytes);
    } catch {
      return taken; // refused: this is what was to be counted
    }
    taken.push(reservation);
  }
}

test('an agency that takes all it can leaves a third, and another still gets in', () => {
  const admission = new Admission(120 * MIB);
  expect(takeAll(admission, 'a', MIB)).toHaveLength(80);
  expect(takeAll(admission, 'b', MIB).length).toBeGreaterThan(20);
});

test('what an agency gives back it may take again, and the refused hold nothing', () => {
  const admission = new Admission(30 * MIB);
  const held = takeAll(admission, 'a', MIB);
  expect(held).toHaveLength(20);
  held[0]!.release();
  held[0]!.release();
  expect(takeAll(admission, 'a', MIB)).toHaveLength(1);
  for (const reservation of held) reservation.release();
  expect(admission.reservedBytes).toBe(MIB);
});

test('one that grows while it is read is measured by all that its agency holds', () => {
  const admission = new Admission(30 * MIB);
  const reservation = admission.open('a');
  reservation.reserve(MIB);
  takeAll(admission, 'a', MIB);
  expect(() => reservation.reserve(1)).toThrow(/of this agency 20971520/);
  reservation.giveBack(MIB);
  reservation.reserve(MIB);
  expect(admission.reservedBytes).toBe(20 * MIB);
});

test('a single request always fits an idle collector, even one larger than the budget', () => {
  const admission = new Admission(MIB);
  const reservation = admission.open('a');
  reservation.reserve(MIB);
  reservation.reserve(MIB);
  expect(() => admission.open('b').reserve(1)).toThrow(/requests in flight/);
  reservation.release();
  expect(admission.reservedBytes).toBe(0);
});
