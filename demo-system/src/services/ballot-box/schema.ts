// Tables of the party primary: the roll of voters, each with a code and whether they have voted; the ballots as a chain, and
// the chain's last link. What a person voted stands nowhere beside who they are.
import type { Bilingual } from '@narrows/contract';
import type { ClientBase, Pool } from 'pg';
import { CHAIN_BEGINS } from './audit-chain.js';

export const VOTERS = 200_000;
export const CANDIDATES: readonly { id: number; name: Bilingual }[] = [
  { id: 1, name: { ko: '기호 1번 김한강', en: 'No. 1 Kim Hangang' } }, { id: 2, name: { ko: '기호 2번 이백두', en: 'No. 2 Lee Baekdu' } },
  { id: 3, name: { ko: '기호 3번 박지리', en: 'No. 3 Park Jiri' } }, { id: 4, name: { ko: '기호 4번 최설악', en: 'No. 4 Choi Seorak' } },
];

/** The code that a voter was sent; the demo makes it from the number, so that its crowd knows it. */
export function codeOf(voter: number): string {
  return String(Math.imul(voter, 2_654_435_761) >>> 0).padStart(10, '0').slice(-6);
}

/** Create the tables, anew where an earlier run left some, with `voters` on the roll. */
export async function createPrimaryDatabase(database: ClientBase | Pool, voters: number = VOTERS): Promise<void> {
  await database.query(`
    drop table if exists ballots, voters, chain;
    create table voters (id int primary key, voted_at timestamptz);
    create table ballots (sequence bigint primary key, candidate int not null, receipt text not null unique, hash text not null unique);
    create table chain (only_row boolean primary key default true check (only_row), sequence bigint not null, hash text not null);`);
  await database.query('insert into voters (id) select generate_series(1, $1::int)', [voters]);
  await database.query('insert into chain (sequence, hash) values (0, $1)', [CHAIN_BEGINS]);
  await database.query('analyze');
}
