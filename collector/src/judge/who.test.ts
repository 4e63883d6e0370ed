import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { randomness } from './testing/randomness.js';
import { errorOfDifference, whoOf, wilson, type WhoCounts } from './who.js';

type Row = Record<string, string>;

/** Count rows as the store does: values that occur in the selection, and which come together. */
function countsOf(selected: readonly Row[], background: readonly Row[]): WhoCounts {
  const keys = new Map<string, { attribute: string; value: string; selected: number; background: number }>();
  const count = (rows: readonly Row[], side: 'selected' | 'background') => {
    for (const row of rows) for (const [attribute, value] of Object.entries(row)) {
      const key = `${attribute} ${value}`;
      const held = keys.get(key) ?? { attribute, value, selected: 0, background: 0 };
      held[side] += 1;
      keys.set(key, held);
    }
  };
  count(selected, 'selected');
  count(background, 'background');
  const tells = (one: { selected: number; background: number }) => (one.selected / selected.length) * Math.log2(((one.selected + 0.5) / (selected.length + 1)) * ((background.length + 1) / (one.background + 0.5)));
  const items = [...keys.values()].filter((one) => one.selected >= Math.max(5, 0.01 * selected.length)).sort((a, b) => tells(b) - tells(a)).slice(0, 40)
    .map((one) => ({ ...one, also: [], spread: { selected: 1, background: 1 } }));
  const masks = new Map<bigint, { mask: bigint; selected: number; background: number }>();
  const mark = (rows: readonly Row[], side: 'selected' | 'background') => {
    for (const row of rows) {
      const mask = items.reduce((bits, { attribute, value }, i) => (row[attribute] === value ? bits | (1n << BigInt(i)) : bits), 0n);
      const held = masks.get(mask) ?? { mask, selected: 0, background: 0 };
      held[side] += 1;
      masks.set(mask, held);
    }
  };
  mark(selected, 'selected');
  mark(background, 'background');
  return { selectedRows: selected.length, backgroundRows: background.length, items, masks: [...masks.values()], tested: items.length };
}

const REGIONS = ['seoul', 'busan', 'daegu', 'jeju'];
/** People of ten birth digits, four regions, three versions; `isSelected` says whom the fault hits. */
function crowd(seed: number, size: number, isSelected: (row: Row, uniform: number) => boolean): WhoCounts {
  const random = randomness(seed);
  const pick = (values: readonly string[]) => values[Math.floor(random.uniform() * values.length)]!;
  const [selected, background]: [Row[], Row[]] = [[], []];
  for (let i = 0; i < size; i += 1) {
    const region = pick(REGIONS);
    const row = { 'birth.digit': pick('0123456789'.split('')), region, 'region.code': `r-${region}`, 'app.version': pick(['5.0', '5.1', '5.2']), 'session.id': `s${i}`, method: 'POST' };
    (isSelected(row, random.uniform()) ? selected : background).push(row);
  }
  return countsOf(selected, background);
}
/** Simulated crowds are many, machines are slow. */
vi.setConfig({ testTimeout: 60_000 });

const said = (rows: ReturnType<typeof whoOf>) => rows.map(({ conditions }) => conditions.map(({ attribute, value }) => `${attribute}=${value}`).sort().join(' & '));

describe('who is in a selection', () => {
  it('is the cohort that was hit, found without being named, and nobody else', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const rows = whoOf(crowd(seed, 8_000, (row, uniform) => uniform < (row['birth.digit'] === '7' ? 0.5 : 0.02)));
      expect(said(rows), `seed ${seed}`).toEqual(['birth.digit=7']);
      expect(rows[0]!.liftLow).toBeLessThan(rows[0]!.lift);
      expect(rows[0]!.liftHigh!).toBeGreaterThan(rows[0]!.lift);
      expect(rows[0]!.confidence).toBeGreaterThan(0.99);
    }
  });

  it('is a pair where only the two together were hit, and not its halves', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const rows = whoOf(crowd(seed, 8_000, (row, uniform) => uniform < (row['birth.digit'] === '3' && row['region'] === 'busan' ? 0.8 : 0.01)));
      expect(said(rows)[0], `seed ${seed}`).toBe('birth.digit=3 & region=busan');
    }
  });

  it('names once what two attributes say, and the other beside it', () => {
    const [row] = whoOf(crowd(3, 8_000, ({ region }, uniform) => uniform < (region === 'jeju' ? 0.4 : 0.02)));
    expect([row!.conditions[0]!.value, ...row!.also.map(({ value }) => value)].sort()).toEqual(['jeju', 'r-jeju']);
  });

  it('of a random choice is nobody: over a hundred crowds no more than two are given a cohort', () => {
    let wrong = 0;
    for (let seed = 1; seed <= 100; seed += 1) wrong += whoOf(crowd(seed, 1_000, (_row, uniform) => uniform < 0.2)).length > 0 ? 1 : 0;
    expect(wrong).toBeLessThanOrEqual(2);
  });

  it('counts rows of one granule for less where these differ more than chance would let them', () => {
    const counts = crowd(1, 8_000, (row, uniform) => uniform < (row['birth.digit'] === '7' ? 0.12 : 0.05));
    const clustered = { ...counts, items: counts.items.map((item) => ({ ...item, spread: { selected: 30, background: 30 } })) };
    expect(whoOf(counts).length).toBeGreaterThan(0);
    expect(whoOf(clustered)).toEqual([]);
  });

  it('of few or no rows is nobody, without an exception', () => {
    expect(whoOf({ selectedRows: 0, backgroundRows: 0, items: [], masks: [], tested: 0 })).toEqual([]);
    expect(whoOf(countsOf([{ region: 'jeju' }], [{ region: 'seoul' }]))).toEqual([]);
  });
});

describe('intervals and tests', () => {
  it('a Wilson interval holds its share and narrows with the rows', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, part) => {
      const count = Math.floor(of * part);
      const { low, high } = wilson(count, of);
      expect(low).toBeLessThanOrEqual(count / of + 1e-9);
      expect(high).toBeGreaterThanOrEqual(count / of - 1e-9);
      const wider = wilson(count * 4, of * 4);
      expect(wider.high - wider.low).toBeLessThanOrEqual(high - low + 1e-9);
    }));
    // Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662.
    expect(wilson(81, 263).low).toBeCloseTo(0.2553, 3);
    expect(wilson(81, 263).high).toBeCloseTo(0.3662, 3);
  });

  it('the error of a difference is that of the χ² table', () => {
    expect(errorOfDifference(50, 100, 50, 100)).toBe(1);
    // G² = 2·(30·ln(30/25) + 20·ln(20/25))·2 = 8.05 → p = 0.0045.
    expect(errorOfDifference(60, 100, 40, 100)).toBeCloseTo(0.0045, 3);
    expect(errorOfDifference(900, 1_000, 100, 1_000)).toBeLessThan(1e-100);
  });
});
