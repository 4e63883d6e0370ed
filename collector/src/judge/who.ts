// What sets a selection apart from its background: counts of attributes in two samples in, ranked rows out. Subgroups of
// one attribute value or of two. Each is tested by a likelihood ratio and corrected for all that were looked at; its lift
// is told with an interval, and ranked by how much of the selection it explains at the careful end of that interval, so
// that neither a rare curiosity nor a common triviality comes first. Pure.
//
// Literature: subgroup discovery (Klösgen 1996; Wrobel 1997); surprise and explanatory power of one dimension (Adtributor,
// Bhagwan et al., NSDI 2014) and of combinations (Squeeze, Li et al., ISSRE 2019); the selection against its background as
// operators use it (Honeycomb's BubbleUp). Test: Dunning 1993; intervals: Wilson 1927; correction: Holm 1979.
import type { Trait, WhoRow } from '@narrows/contract';

/** How often a value occurs among the sampled rows of the selection and of the background. */
export interface WhoItem extends Trait {
  selected: number;
  background: number;
  /** Other attributes on the very same rows. */
  also: readonly Trait[];
  /** By how much rows of a sample count less than independent ones would (its design effect); 1: not at all. */
  spread: { selected: number; background: number };
}
/** Rows that have exactly the items whose bits are set (bit i: item i). */
export interface WhoMask { mask: bigint; selected: number; background: number }
export interface WhoCounts {
  selectedRows: number;
  backgroundRows: number;
  items: readonly WhoItem[];
  masks: readonly WhoMask[];
  /** Values that were looked at before these were chosen: all of them count for the correction. */
  tested: number;
}

export const WHO_ITEMS_MAX = 40;
const ROWS_MAX = 24;
const Z = 1.96;
/** Told from this careful lift, this share of the selection and this corrected error on. */
const LIFT_MIN = 1.2;
const SHARE_MIN = 0.03;
const ERROR_MAX = 0.01;
/** Values that are on the same rows, but for so many, say the same. */
const SAME_FROM = 0.9;
/** A pair is told where it explains so much more than its better half. */
const PAIR_GAIN = 1.15;

/** Wilson's 95 % interval of a share. */
export function wilson(count: number, of: number): { low: number; high: number } {
  if (of <= 0) return { low: 0, high: 1 };
  const share = count / of;
  const middle = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Complementary error function for x ≥ 0, within 1.2e-7 of itself (Press et al., Numerical Recipes, erfcc). */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const polynomial = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368].reduce((sum, factor) => sum * t + factor, 0);
  return t * Math.exp(-x * x - 1.26551223 + t * polynomial);
}

/** Error probability of "both samples have the same share": log-likelihood ratio G² of the 2 × 2 table, χ² with one degree of freedom. */
export function errorOfDifference(a: number, ofA: number, b: number, ofB: number): number {
  const all = ofA + ofB;
  const term = (observed: number, expected: number) => (observed > 0 ? observed * Math.log(observed / expected) : 0);
  const having = a + b;
  const g = 2 * (term(a, (ofA * having) / all) + term(b, (ofB * having) / all) + term(ofA - a, (ofA * (all - having)) / all) + term(ofB - b, (ofB * (all - having)) / all));
  return all > 0 && g > 0 ? erfc(Math.sqrt(g / 2)) : 1;
}

interface Scored { bits: readonly number[]; selected: number; background: number; error: number; score: number; liftLow: number }

/** A pair is spread like the worse of its halves. */
const spreadOf = (counts: WhoCounts, bits: readonly number[]): { selected: number; background: number } => ({
  selected: Math.max(1, ...bits.map((index) => counts.items[index]!.spread.selected)), background: Math.max(1, ...bits.map((index) => counts.items[index]!.spread.background)),
});

function scored(counts: WhoCounts, bits: readonly number[], selected: number, background: number): Scored {
  const spread = spreadOf(counts, bits);
  const here = wilson(selected / spread.selected, counts.selectedRows / spread.selected);
  const there = wilson(background / spread.background, counts.backgroundRows / spread.background);
  const liftLow = here.low / Math.max(there.high, 1e-12);
  const isMore = selected / Math.max(1, counts.selectedRows) > background / Math.max(1, counts.backgroundRows);
  return {
    bits, selected, background, liftLow, score: liftLow > 1 ? here.low * Math.log2(liftLow) : 0,
    error: isMore ? errorOfDifference(selected / spread.selected, counts.selectedRows / spread.selected, background / spread.background, counts.backgroundRows / spread.background) : 1,
  };
}

const bit = (index: number): bigint => 1n << BigInt(index);

/** Rows that have all of these items, and optionally none of some. */
function countOf({ masks }: WhoCounts, bits: readonly number[], without: readonly number[] = []): { selected: number; background: number } {
  const wanted = bits.reduce((mask, index) => mask | bit(index), 0n);
  const unwanted = without.reduce((mask, index) => mask | bit(index), 0n);
  let [selected, background] = [0, 0];
  for (const row of masks) {
    if ((row.mask & wanted) !== wanted || (unwanted !== 0n && (row.mask & unwanted) === unwanted)) continue;
    selected += row.selected;
    background += row.background;
  }
  return { selected, background };
}

/** Items that stand on the same rows, the best of each first: index → indices that say the same. */
function groupsOfSame(counts: WhoCounts, order: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const index of order) {
    const { selected, background } = counts.items[index]!;
    const same = [...groups.keys()].find((leader) => {
      const both = countOf(counts, [leader, index]);
      const one = counts.items[leader]!;
      const jaccard = (shared: number, a: number, b: number) => (a + b - shared > 0 ? shared / (a + b - shared) : 1);
      return jaccard(both.selected, selected, one.selected) >= SAME_FROM && jaccard(both.background, background, one.background) >= SAME_FROM;
    });
    if (same === undefined) groups.set(index, []);
    else groups.get(same)!.push(index);
  }
  return groups;
}

/** Both halves of a pair must matter: among rows that have one, the other still tells selection and background apart. */
function saysMore(pair: Scored, halves: readonly Scored[]): boolean {
  if (pair.score < PAIR_GAIN * Math.max(...halves.map(({ score }) => score))) return false;
  return halves.every((half) => errorOfDifference(pair.selected, half.selected, pair.background, half.background) <= ERROR_MAX
    && pair.selected / Math.max(1, half.selected) > pair.background / Math.max(1, half.background));
}

function pairsOf(counts: WhoCounts, singles: readonly Scored[]): Scored[] {
  const pairs: Scored[] = [];
  singles.forEach((one, i) => {
    for (const other of singles.slice(i + 1)) {
      const bits = [one.bits[0]!, other.bits[0]!];
      if (counts.items[bits[0]!]!.attribute === counts.items[bits[1]!]!.attribute) continue;
      const { selected, background } = countOf(counts, bits);
      if (selected < SHARE_MIN * counts.selectedRows) continue;
      const pair = scored(counts, bits, selected, background);
      if (saysMore(pair, [one, other])) pairs.push(pair);
    }
  });
  return pairs;
}

/** What is left of a value once the rows of a pair that it is part of are taken away. */
function standsAlone(counts: WhoCounts, single: Scored, pairs: readonly Scored[]): boolean {
  return pairs.filter(({ bits }) => bits.includes(single.bits[0]!)).every(({ bits }) => {
    const rest = countOf(counts, single.bits, bits);
    return scored(counts, single.bits, rest.selected, rest.background).liftLow >= LIFT_MIN;
  });
}

/** Holm's step-down correction: the largest error comes last. `all` sorted by error. */
function corrected(all: readonly Scored[], tested: number): Map<Scored, number> {
  let worst = 0;
  return new Map(all.toSorted((a, b) => a.error - b.error).map((one, rank) => [one, (worst = Math.max(worst, Math.min(1, one.error * Math.max(1, tested - rank))))]));
}

function rowOf(counts: WhoCounts, { bits, selected, background, liftLow }: Scored, error: number, also: readonly number[]): WhoRow {
  const conditionOf = (index: number): Trait => ({ attribute: counts.items[index]!.attribute, value: counts.items[index]!.value });
  const spread = spreadOf(counts, bits);
  const here = wilson(selected / spread.selected, counts.selectedRows / spread.selected);
  const there = wilson(background / spread.background, counts.backgroundRows / spread.background);
  // Half a row each, so that what the background sample has none of still has a lift.
  const lift = ((selected + 0.5) / (counts.selectedRows + 1)) / ((background + 0.5) / (counts.backgroundRows + 1));
  const three = (value: number) => Number(value.toPrecision(3));
  return {
    conditions: bits.map(conditionOf), also: [...(bits.length === 1 ? counts.items[bits[0]!]!.also : []), ...also.flatMap((index) => [conditionOf(index), ...counts.items[index]!.also])],
    share: three(selected / Math.max(1, counts.selectedRows)), backgroundShare: three(background / Math.max(1, counts.backgroundRows)),
    lift: three(lift), liftLow: three(Math.min(lift, liftLow)), liftHigh: background > 0 ? three(here.high / Math.max(there.low, 1e-12)) : null,
    confidence: Math.min(0.9999, 1 - error),
  };
}

/**
 * Rank what sets the selection apart.
 *
 * Cost:   O(items² × masks), both bounded: 40 items, as many masks as there are different rows in the sample
 * Errors: none; too few rows give no rows
 */
export function whoOf(counts: WhoCounts): WhoRow[] {
  const all = counts.items.slice(0, WHO_ITEMS_MAX).map((item, index) => scored(counts, [index], item.selected, item.background));
  const told = all.filter(({ selected, liftLow }) => liftLow >= LIFT_MIN && selected >= SHARE_MIN * counts.selectedRows).sort((a, b) => b.score - a.score || a.bits[0]! - b.bits[0]!);
  const groups = groupsOfSame(counts, told.map(({ bits }) => bits[0]!));
  const singles = told.filter(({ bits }) => groups.has(bits[0]!));
  const pairs = pairsOf(counts, singles);
  const errors = corrected([...all, ...pairs], counts.tested + (singles.length * (singles.length - 1)) / 2);
  const rows = [...singles.filter((single) => standsAlone(counts, single, pairs)), ...pairs]
    .filter((one) => errors.get(one)! <= ERROR_MAX && one.liftLow >= LIFT_MIN)
    .sort((a, b) => b.score - a.score || a.bits[0]! - b.bits[0]!);
  return rows.slice(0, ROWS_MAX).map((one) => rowOf(counts, one, errors.get(one)!, one.bits.length === 1 ? groups.get(one.bits[0]!) ?? [] : []));
}
