// Casting one vote: in one transaction the voter is marked, which PostgreSQL lets happen once, and the ballot is linked to
// the chain. The chain has one last link, which the commission's signing device seals, so votes are cast one after the other:
// what makes it trustworthy makes it narrow.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database.js';
import { brokenAt, hashOf, type Ballot } from './audit-chain.js';

export type Cast = { outcome: 'voted'; receipt: string } | { outcome: 'already_voted' } | { outcome: 'not_on_the_roll' };

/** One signature of the device: sixteen votes a second, whatever the machine. */
const SEAL_MS = 60;

/** Errors: what PostgreSQL says; nothing is cast then. */
export function cast(database: Database, voter: number, candidate: number): Promise<Cast> {
  return database.transaction<Cast>(async (client) => {
    const marked = await client.query('update voters set voted_at = now() where id = $1 and voted_at is null', [voter]);
    if (marked.rowCount !== 1) return { outcome: (await client.query('select 1 from voters where id = $1', [voter])).rowCount === 1 ? 'already_voted' : 'not_on_the_roll' };
    const { rows: [last] } = await client.query<{ sequence: string; hash: string }>('select sequence, hash from chain for update');
    const ballot = { sequence: Number(last?.sequence ?? 0) + 1, candidate, receipt: randomBytes(8).toString('hex') };
    const hash = hashOf(last?.hash ?? '', ballot);
    await sleep(SEAL_MS);
    await client.query('insert into ballots values ($1, $2, $3, $4)', [ballot.sequence, candidate, ballot.receipt, hash]);
    await client.query('update chain set sequence = $1, hash = $2', [ballot.sequence, hash]);
    return { outcome: 'voted', receipt: ballot.receipt };
  }, ({ outcome }) => outcome === 'voted');
}

export interface Audit { ballots: number; votersMarked: number; brokenAt: number | null; head: string }

/** Look through the whole trail: does the chain hold, does it end where it says, is there one ballot for each voter marked? */
export function audit(database: Database): Promise<Audit> {
  return database.use(async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<Omit<Ballot, 'sequence'> & { sequence: string }>('select sequence, candidate, receipt, hash from ballots order by sequence');
    const { rows: [last] } = await client.query<{ sequence: string; hash: string }>('select sequence, hash from chain');
    const { rows: [marked] } = await client.query<{ count: number }>('select count(*)::int as count from voters where voted_at is not null');
    await client.query('commit');
    const ballots = rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
    const head = last?.hash ?? '';
    const ends = ballots.length === 0 || ballots.at(-1)?.hash === head;
    return { ballots: ballots.length, votersMarked: marked?.count ?? 0, brokenAt: brokenAt(ballots) ?? (ends ? null : ballots.length), head };
  });
}
