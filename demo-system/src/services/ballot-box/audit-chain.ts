// The audit trail of a vote: a chain in which each ballot's hash covers the one before it. A ballot that is changed, taken
// out or put in breaks the chain from that place on, for everybody who holds the last hash. It names no voter.
import { createHash } from 'node:crypto';

export interface Ballot { sequence: number; candidate: number; receipt: string; hash: string }

/** The hash before the first ballot. */
export const CHAIN_BEGINS = '0'.repeat(64);

export function hashOf(previous: string, ballot: Omit<Ballot, 'hash'>): string {
  return createHash('sha256').update(`${previous}\n${ballot.sequence}\n${ballot.candidate}\n${ballot.receipt}`).digest('hex');
}

/** Number of the first ballot at which the chain is broken; null: it holds. Ballots come in order. */
export function brokenAt(ballots: Iterable<Ballot>): number | null {
  let previous = CHAIN_BEGINS;
  let sequence = 0;
  for (const ballot of ballots) {
    sequence++;
    if (ballot.sequence !== sequence || hashOf(previous, ballot) !== ballot.hash) return sequence;
    previous = ballot.hash;
  }
  return null;
}
