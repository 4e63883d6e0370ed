// Writing one booking: one transaction that claims the person first and then a seat that nobody else holds.
//
// The order matters. The unique person is inserted first, so that a second device of the same person waits there and
// finds the first one's booking. Only then is a seat locked, and from there on the transaction can only commit: a seat
// that SKIP LOCKED passes over is therefore really taken, and "full" is never said while a seat comes free again.
import type { Pool, PoolClient } from 'pg';

export type Reservation =
  | { outcome: 'booked'; bookingId: string }
  | { outcome: 'already_booked' }
  | { outcome: 'slot_full' };

/** Book a seat of `slotId` for `person`. Errors: what PostgreSQL says; nothing is booked then. */
export async function reserve(pool: Pool, person: string, slotId: number): Promise<Reservation> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const reservation = await claim(client, person, slotId);
    await client.query(reservation.outcome === 'booked' ? 'commit' : 'rollback');
    client.release();
    return reservation;
  } catch (error) {
    // The connection may be in any state: it is closed, and PostgreSQL rolls back.
    client.release(true);
    throw error;
  }
}

async function claim(client: PoolClient, person: string, slotId: number): Promise<Reservation> {
  const booking = await client.query<{ id: string }>('insert into bookings (person) values ($1) on conflict (person) do nothing returning id', [person]);
  const bookingId = booking.rows[0]?.id;
  if (bookingId === undefined) return { outcome: 'already_booked' };
  const seat = await client.query(`
    update seats set booking_id = $1
    where id = (select id from seats where slot_id = $2 and booking_id is null order by id limit 1 for update skip locked)`, [bookingId, slotId]);
  return seat.rowCount === 1 ? { outcome: 'booked', bookingId } : { outcome: 'slot_full' };
}
