// Tables of the reservation database and the clinics in it. A seat is one dose in one slot of one clinic; a booking is
// one person. Both are unique, so that PostgreSQL itself forbids a double booking whatever the services do.
import type { ClientBase, Pool } from 'pg';

const TABLES = `
drop table if exists seats, bookings, slots, clinics;
create table clinics (id int primary key, name_ko text not null, name_en text not null, region_ko text not null, region_en text not null);
create table slots (id int primary key, clinic_id int not null references clinics, starts_at timestamptz not null);
create table bookings (id bigint generated always as identity primary key, person text not null unique, created_at timestamptz not null default now());
create table seats (id bigint generated always as identity primary key, slot_id int not null references slots, booking_id bigint unique references bookings);
create index seats_open on seats (slot_id, id) where booking_id is null;
`;

const REGIONS: readonly (readonly [string, string])[] = [
  ['서울', 'Seoul'], ['부산', 'Busan'], ['대구', 'Daegu'], ['인천', 'Incheon'], ['광주', 'Gwangju'], ['대전', 'Daejeon'],
  ['경기', 'Gyeonggi'], ['강원', 'Gangwon'], ['전북', 'Jeonbuk'], ['제주', 'Jeju'],
];
const CLINICS: readonly (readonly [string, string])[] = [
  ['한빛의원', 'Hanbit Clinic'], ['새봄내과', 'Saebom Internal Medicine'], ['온누리병원', 'Onnuri Hospital'], ['푸른소아과', 'Pureun Paediatrics'], ['참좋은의원', 'Chamjoeun Clinic'],
];

export interface Stock { slotsPerClinic: number; seatsPerSlot: number }

/** Create the tables, anew where an earlier run left some, and fill them: 50 clinics, slots from tomorrow 09:00 on, every half hour. */
export async function createReservationDatabase(database: ClientBase | Pool, stock: Stock): Promise<void> {
  await database.query(TABLES);
  const clinics = REGIONS.flatMap((region, r) => CLINICS.map((clinic, c) => ({ id: r * CLINICS.length + c + 1, clinic, region })));
  for (const { id, clinic, region } of clinics) {
    await database.query('insert into clinics values ($1, $2, $3, $4, $5)', [id, `${region[0]} ${clinic[0]}`, `${clinic[1]}, ${region[1]}`, region[0], region[1]]);
  }
  await database.query(`
    insert into slots (id, clinic_id, starts_at)
    select (c.id - 1) * $1 + s, c.id, date_trunc('day', now()) + interval '1 day 9 hours' + (s - 1) * interval '30 minutes'
    from clinics c, generate_series(1, $1::int) s`, [stock.slotsPerClinic]);
  await database.query('insert into seats (slot_id) select slots.id from slots, generate_series(1, $1::int)', [stock.seatsPerSlot]);
  await database.query('analyze');
}
