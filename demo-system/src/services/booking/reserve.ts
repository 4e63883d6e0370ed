// Writing one booking: one transaction that claims the person first, then a dose of the region, then a seat.
//
// The order matters. The unique person is inserted first, so that a second device of the same person waits there and
// finds the first one's booking. The dose comes next: its row is locked until the end, and the check on it forbids that a
// region gives more than it has. Only then is a seat locked, and from there on the transaction can only commit: a seat
// that SKIP LOCKED passes over is therefore really taken, and "full" is never said while a seat comes free again.
import type { PoolClient } from 'pg';
import type { Database } from '../database.js';

export interface BookedPlace { clinicId: number; clinic: { ko: string; en: string }; startsAt: string }
export type Reservation =
  | { outcome: 'booked'; bookingId: string } & BookedPlace
  | { outcome: 'already_booked' }
  | { outcome: 'out_of_stock' }
  | { outcome: 'slot_full' };

const SLOT = `
  select clinics.id as "clinicId", clinics.region, slots.starts_at as "startsAt", json_build_object('ko', name_ko, 'en', name_en) as clinic
  from slots join clinics on clinics.id = slots.clinic_id where slots.id = $1`;

/** Book a seat of `slotId` for `person`. Errors: what PostgreSQL says; nothing is booked then. */
export function reserve(database: Database, person: string, slotId: number): Promise<Reservation> {
  return database.transaction((client) => claim(client, person, slotId), ({ outcome }) => outcome === 'booked');
}

async function claim(client: PoolClient, person: string, slotId: number): Promise<Reservation> {
  const booking = await client.query<{ id: string }>('insert into bookings (person) values ($1) on conflict (person) do nothing returning id', [person]);
  const bookingId = booking.rows[0]?.id;
  if (bookingId === undefined) return { outcome: 'already_booked' };
  const slot = (await client.query<BookedPlace & { region: string }>(SLOT, [slotId])).rows[0];
  if (!slot) return { outcome: 'slot_full' };
  const dose = await client.query('update stock set doses = doses - 1 where region = $1 and doses > 0', [slot.region]);
  if (dose.rowCount !== 1) return { outcome: 'out_of_stock' };
  const seat = await client.query(`
    update seats set booking_id = $1
    where id = (select id from seats where slot_id = $2 and booking_id is null order by id limit 1 for update skip locked)`, [bookingId, slotId]);
  const { region: _, ...place } = slot;
  return seat.rowCount === 1 ? { outcome: 'booked', bookingId, ...place } : { outcome: 'slot_full' };
}
