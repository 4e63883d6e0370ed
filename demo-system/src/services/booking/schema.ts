// Tables of the reservation database and the clinics in it. A seat is one dose in one slot of one clinic; a booking is
// one person; a region has so many doses and never less than none. Both are unique and the stock is checked, so that
// PostgreSQL itself forbids a double booking and a dose that is not there, whatever the services do.
import type { Bilingual } from '@narrows/contract';
import type { ClientBase, Pool } from 'pg';

const TABLES = `
drop table if exists seats, bookings, slots, clinics, stock;
create table stock (region text primary key, doses int not null check (doses >= 0));
create table clinics (id int primary key, name_ko text not null, name_en text not null, region text not null references stock);
create table slots (id int primary key, clinic_id int not null references clinics, starts_at timestamptz not null);
create table bookings (id bigint generated always as identity primary key, person text not null unique, created_at timestamptz not null default now());
create table seats (id bigint generated always as identity primary key, slot_id int not null references slots, booking_id bigint unique references bookings);
create index seats_open on seats (slot_id, id) where booking_id is null;
`;

export const REGIONS: readonly { id: string; name: Bilingual }[] = [
  ['seoul', '서울', 'Seoul'], ['busan', '부산', 'Busan'], ['daegu', '대구', 'Daegu'], ['incheon', '인천', 'Incheon'], ['gwangju', '광주', 'Gwangju'],
  ['daejeon', '대전', 'Daejeon'], ['gyeonggi', '경기', 'Gyeonggi'], ['gangwon', '강원', 'Gangwon'], ['jeonbuk', '전북', 'Jeonbuk'], ['jeju', '제주', 'Jeju'],
].map(([id = '', ko = '', en = '']) => ({ id, name: { ko, en } }));
const CLINICS: readonly Bilingual[] = [
  { ko: '한빛의원', en: 'Hanbit Clinic' }, { ko: '새봄내과', en: 'Saebom Internal Medicine' }, { ko: '온누리병원', en: 'Onnuri Hospital' },
  { ko: '푸른소아과', en: 'Pureun Paediatrics' }, { ko: '참좋은의원', en: 'Chamjoeun Clinic' },
];

/** `dosesPerRegion` left out: a dose for every seat. */
export interface Stock { slotsPerClinic: number; seatsPerSlot: number; dosesPerRegion?: number }

/** Create the tables, anew where an earlier run left some, and fill them: 50 clinics, slots from tomorrow 09:00 on, every half hour. */
export async function createReservationDatabase(database: ClientBase | Pool, stock: Stock): Promise<void> {
  await database.query(TABLES);
  const doses = stock.dosesPerRegion ?? CLINICS.length * stock.slotsPerClinic * stock.seatsPerSlot;
  for (const [r, { id, name }] of REGIONS.entries()) {
    await database.query('insert into stock values ($1, $2)', [id, doses]);
    for (const [c, clinic] of CLINICS.entries()) {
      await database.query('insert into clinics values ($1, $2, $3, $4)', [r * CLINICS.length + c + 1, `${name.ko} ${clinic.ko}`, `${clinic.en}, ${name.en}`, id]);
    }
  }
  await database.query(`
    insert into slots (id, clinic_id, starts_at)
    select (c.id - 1) * $1 + s, c.id, date_trunc('day', now()) + interval '1 day 9 hours' + (s - 1) * interval '30 minutes'
    from clinics c, generate_series(1, $1::int) s`, [stock.slotsPerClinic]);
  await database.query('insert into seats (slot_id) select slots.id from slots, generate_series(1, $1::int)', [stock.seatsPerSlot]);
  await database.query('analyze');
}
