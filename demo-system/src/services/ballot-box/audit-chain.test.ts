import { expect, test } from 'vitest';
import { brokenAt, CHAIN_BEGINS, hashOf, type Ballot } from './audit-chain.js';

function chainOf(count: number): Ballot[] {
  let previous = CHAIN_BEGINS;
  return Array.from({ length: count }, (_, i) => {
    const ballot = { sequence: i + 1, candidate: 1 + i % 3, receipt: `r${i}` };
    previous = hashOf(previous, ballot);
    return { ...ballot, hash: previous };
  });
}

test('a chain that nobody touched holds, also an empty one', () => {
  expect(brokenAt(chainOf(100))).toBeNull();
  expect(brokenAt([])).toBeNull();
});

test('a ballot that was changed, taken out, put in or swapped breaks the chain where it stands', () => {
  const changed = chainOf(10).map((ballot) => ballot.sequence === 4 ? { ...ballot, candidate: 3 } : ballot);
  const without = chainOf(10).filter(({ sequence }) => sequence !== 6);
  const [first, second, ...rest] = chainOf(10) as [Ballot, Ballot, ...Ballot[]];
  expect([brokenAt(changed), brokenAt(without), brokenAt([second, first, ...rest])]).toEqual([4, 6, 1]);
  expect(brokenAt([...chainOf(3), { sequence: 4, candidate: 1, receipt: 'forged', hash: 'x' }])).toBe(4);
});

test('a changed ballot whose own hash was made anew is found at the next one', () => {
  const ballots = chainOf(10);
  const fourth = { sequence: 4, candidate: 1, receipt: 'forged' };
  ballots[3] = { ...fourth, hash: hashOf(ballots[2]?.hash ?? '', fourth) };
  expect(brokenAt(ballots)).toBe(5);
});
