import { beforeEach, expect, test } from 'vitest';
import { LIMITS, type AgencyLimits } from '@narrows/contract';
import { KeyBudgets } from './key-budgets.js';

const HOUR_MS = 3600_000;
let nowMs = 0;
let overflowed: string[] = [];
let limits: AgencyLimits = {};
beforeEach(() => { nowMs = 0; overflowed = []; limits = { distinct: { ServiceName: 3 } }; });

const create = () => new KeyBudgets({ limitsOf: (agency) => (agency === 'free' ? {} : limits), monotonicMs: () => nowMs, overflowed: (agency, column) => overflowed.push(`${agency} ${column}`), random: () => 0.25 });
const admits = (budgets: KeyBudgets, agency: string, value: string, column: 'ServiceName' | 'Peer' = 'ServiceName') => {
  const bytes = Buffer.from(`<${value}>`);
  return budgets.of(agency).admits(column, bytes, 1, bytes.length - 1);
};

test('values within the budget stay, what comes later is told and counted, and known ones are never lost to it', () => {
  const budgets = create();
  expect(['a', 'b', 'c', 'd', 'a', 'e', 'c'].map((value) => admits(budgets, 'x', value))).toEqual([true, true, true, false, true, false, true]);
  expect(overflowed).toEqual(['x ServiceName', 'x ServiceName']);
});

test('agencies and columns have budgets of their own', () => {
  const budgets = create();
  for (let i = 0; i < 100; i++) admits(budgets, 'x', `s${i}`);
  expect(admits(budgets, 'y', 's50')).toBe(true);
  expect(admits(budgets, 'x', 's50', 'Peer')).toBe(true);
});

test('a value that was not seen for a day gives its place back; one that is seen keeps it', () => {
  const budgets = create();
  for (const value of ['a', 'b', 'c']) admits(budgets, 'x', value);
  for (nowMs = HOUR_MS; nowMs <= 25 * HOUR_MS; nowMs += HOUR_MS) expect(admits(budgets, 'x', 'a')).toBe(true);
  expect(['d', 'e', 'f'].map((value) => admits(budgets, 'x', value))).toEqual([true, true, false]);
});

test('after days of silence the whole budget is free again', () => {
  const budgets = create();
  for (const value of ['a', 'b', 'c']) admits(budgets, 'x', value);
  nowMs = 72 * HOUR_MS;
  expect(['d', 'e', 'f', 'g'].map((value) => admits(budgets, 'x', value))).toEqual([true, true, true, false]);
});

test('a hundred thousand values of one column: exactly the budget stays, and what is remembered is bounded by it', () => {
  const budgets = create();
  let kept = 0;
  for (let i = 0; i < 100_000; i++) if (admits(budgets, 'free', `instance-${i}`, 'Peer')) kept++;
  expect(kept).toBeGreaterThanOrEqual(LIMITS.distinctMax.Peer);
  expect(kept).toBeLessThanOrEqual(LIMITS.distinctMax.Peer + 10); // a hash that is known already lets its value through
  expect(overflowed.length).toBe(100_000 - kept);
});

test('a larger budget holds at once', () => {
  const budgets = create();
  for (const value of ['a', 'b', 'c', 'd']) admits(budgets, 'x', value);
  limits = { distinct: { ServiceName: 4 } };
  expect(admits(budgets, 'x', 'd')).toBe(true);
});
