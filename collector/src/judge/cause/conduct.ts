// How a service conducts itself once it has been entered, now against before: which spans, calls, logs and errors appear
// together within one execution. What share of the executions with A also show B depends on the code of this service and
// hardly on what people happen to ask for, so a change of such a share points at code. Source: the event pairs of Nezha
// (Yu et al., FSE 2023), here within one service, as shares with a likelihood ratio instead of counted supports.
//
//   before:  PlaceOrder → charge 30 of 30, → ship 30 of 30
//   now:     PlaceOrder → charge 27 of 27, → ship  0 of 27      "ship" vanished after "charge": 34 nats
import type { Execution } from './executions.js';
import { differenceOfShares } from './robust.js';

export interface ConductChange {
  service: string;
  operation: string;
  /** Seen in every execution counted; '' for "entered at all". */
  given: string;
  /** What changed its share. */
  item: string;
  shareBefore: number;
  shareNow: number;
  /** Weight (traces) with `given`. */
  countBefore: number;
  countNow: number;
  /** Nats by which "changed" is more likely than "as before". */
  nats: number;
}

/** Executions with the same items in the same situation, and how many traces they make up now and before. */
interface Shape { context: string; items: readonly string[]; now: number; before: number }

/** Pairs are counted among this many items of an operation, the most frequent first. */
const ITEMS_MAX = 80;
const SHAPES_MAX = 3_000;
/** Less is noise even where little is looked at. */
const NATS_MIN = 2;
/** Changes kept for each operation. */
const CHANGES_MAX = 40;
export const ENTERED = '';
/** In an item: the span is a call, and this service answered it. */
export const CALLS = ' > ';

/**
 * Weight of an execution: a trace counts once for each operation, however often it enters it, since the executions of one
 * trace are no independent witnesses.
 */
export function weightsOf(executions: readonly Execution[]): Map<Execution, number> {
  const times = new Map<string, number>();
  const keyOf = ({ trace, service, operation }: Execution) => `${trace} ${service} ${operation}`;
  for (const execution of executions) times.set(keyOf(execution), (times.get(keyOf(execution)) ?? 0) + 1);
  return new Map(executions.map((execution) => [execution, 1 / times.get(keyOf(execution))!]));
}

/**
 * In which situation the execution was called: by whom, and what the caller had called before. A caller that changes its
 * ways calls in other situations, and that is no change of the called one.
 */
function contextOf(execution: Execution): string {
  const { parent, entry } = execution;
  // A message is taken whenever it is, and often not within the same window.
  if (parent === null || entry.kind === 'Consumer') return '';
  const called = new Set<string>();
  for (const { span, callee } of parent.calls) {
    if (callee === execution) break;
    called.add(span.name);
  }
  return `${parent.service} ${parent.operation} ${[...called].sort().join(' ')}`;
}

function shapesOf(now: readonly Execution[], before: readonly Execution[], weights: ReadonlyMap<Execution, number>): Shape[] {
  const shapes = new Map<string, Shape>();
  const add = (execution: Execution, when: 'now' | 'before') => {
    const items = [...execution.items].sort();
    const context = contextOf(execution);
    const key = `${context}\n\n${items.join('\n')}`;
    let shape = shapes.get(key);
    if (shape === undefined) {
      if (shapes.size >= SHAPES_MAX) return;
      shapes.set(key, (shape = { context, items, now: 0, before: 0 }));
    }
    shape[when] += weights.get(execution) ?? 1;
  };
  for (const execution of before) add(execution, 'before');
  for (const execution of now) add(execution, 'now');
  return [...shapes.values()];
}

function frequentItems(shapes: readonly Shape[]): string[] {
  const weight = new Map<string, number>();
  for (const { items, now, before } of shapes) for (const item of items) weight.set(item, (weight.get(item) ?? 0) + now + before);
  return [...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, ITEMS_MAX).map(([item]) => item);
}

/** Changes of one operation, most telling first. */
function changesOf(service: string, operation: string, shapes: readonly Shape[], ignoreLogs: boolean): ConductChange[] {
  const items = [ENTERED, ...frequentItems(shapes).filter((item) => !ignoreLogs || !(item.startsWith('log ') || item === 'error log'))];
  const indexOf = new Map(items.map((item, i) => [item, i]));
  const size = items.length;
  const now = new Float64Array(size * size);
  const before = new Float64Array(size * size);
  for (const shape of shapes) {
    const present = [0, ...shape.items.flatMap((item) => indexOf.get(item) ?? [])];
    for (const a of present) for (const b of present) {
      now[a * size + b]! += shape.now;
      before[a * size + b]! += shape.before;
    }
  }
  const changes: ConductChange[] = [];
  for (let a = 0; a < size; a++) for (let b = 1; b < size; b++) {
    const [allNow, allBefore] = [now[a * size + a]!, before[a * size + a]!];
    if (a === b || allNow === 0 || allBefore === 0) continue;
    const [yesNow, yesBefore] = [now[a * size + b]!, before[a * size + b]!];
    const nats = differenceOfShares(yesNow, allNow, yesBefore, allBefore);
    if (nats < NATS_MIN) continue;
    changes.push({
      service, operation, given: items[a]!, item: items[b]!, nats,
      shareNow: yesNow / allNow, shareBefore: yesBefore / allBefore, countNow: allNow, countBefore: allBefore,
    });
  }
  return changes.sort((x, y) => y.nats - x.nats).slice(0, CHANGES_MAX).map((change) => standardised(change, shapes))
    .filter(({ nats }) => nats >= NATS_MIN).sort((x, y) => y.nats - x.nats);
}

/** Where every situation is new, what was before is worth this many traces. */
const UNKNOWN_TRACES = 2;

/**
 * The same change with the share before as it would have been in the situations of now (direct standardisation), and
 * with as many traces before as that estimate is worth: 1 / Σ w²/n.
 */
function standardised(change: ConductChange, shapes: readonly Shape[]): ConductChange {
  const contexts = new Map<string, { now: number; before: number; both: number }>();
  for (const { context, items, now, before } of shapes) {
    if (change.given !== ENTERED && !items.includes(change.given)) continue;
    let sums = contexts.get(context);
    if (sums === undefined) contexts.set(context, (sums = { now: 0, before: 0, both: 0 }));
    sums.now += now;
    sums.before += before;
    if (items.includes(change.item)) sums.both += before;
  }
  let [share, known, variance] = [0, 0, 0];
  for (const { now, before, both } of contexts.values()) {
    const weight = now / change.countNow;
    if (weight === 0 || before === 0) continue;
    share += weight * (both / before);
    known += weight;
    variance += weight ** 2 / before;
  }
  const shareBefore = share + (1 - known) * change.shareBefore;
  const countBefore = known > 0 ? Math.min(change.countBefore, known / variance) : Math.min(change.countBefore, UNKNOWN_TRACES);
  const countNow = change.countNow * Math.max(known, UNKNOWN_TRACES / (UNKNOWN_TRACES + change.countNow));
  const nats = Math.min(change.nats, differenceOfShares(change.shareNow * countNow, countNow, shareBefore * countBefore, countBefore));
  return { ...change, shareBefore, nats };
}

const hasLog = ({ items }: Execution): boolean => [...items].some((item) => item.startsWith('log '));

/** Services of which no record came in one of the windows: their logs were not collected then, and say nothing. */
function withoutLogs(now: readonly Execution[], before: readonly Execution[]): (service: string) => boolean {
  const [spokeNow, spokeBefore] = [now, before].map((executions) => new Set(executions.filter(hasLog).map(({ service }) => service))) as [Set<string>, Set<string>];
  return (service) => !spokeNow.has(service) || !spokeBefore.has(service);
}

export const operationKey = ({ service, operation }: { service: string; operation: string }): string => `${service}\n${operation}`;

export interface Conduct {
  /** By service and operation, most telling first. */
  changes: Map<string, ConductChange[]>;
  /** Items of all operations that were compared: the largest of so many chance changes reaches about the logarithm of it in nats. */
  compared: number;
}

const failed = ({ items }: Execution): boolean => items.has('error span') || items.has('error log');

/**
 * An operation that fails less than before is healed, and that accuses nobody: it is compared with how it was while it did not fail,
 * if it ever did not. Otherwise a calm window would be accused for the disorder of the one that it is compared with.
 */
function whileWell(group: { now: Execution[]; before: Execution[] }, weights: ReadonlyMap<Execution, number>): { now: Execution[]; before: Execution[] } {
  const weightOf = (executions: readonly Execution[]) => executions.reduce((sum, execution) => sum + (weights.get(execution) ?? 1), 0);
  const well = { now: group.now.filter((execution) => !failed(execution)), before: group.before.filter((execution) => !failed(execution)) };
  const [allNow, allBefore, wellNow, wellBefore] = [group.now, group.before, well.now, well.before].map(weightOf) as [number, number, number, number];
  const isHealed = wellNow / allNow > wellBefore / allBefore && differenceOfShares(wellNow, allNow, wellBefore, allBefore) >= NATS_MIN;
  return isHealed ? well : group;
}

/** More executions than in the other window fail, or stop before a call that they make there. */
const isFailing = ({ item, shareNow, shareBefore }: ConductChange): boolean =>
  (item === 'error span' || item === 'error log' ? shareNow > shareBefore : item.includes(CALLS) && shareNow < shareBefore);

/**
 * What changed in the conduct of every operation that is seen now and before. Where what is compared with came `later`, a change may as
 * well be the disorder of then: only who fails now and no longer then accuses, or stops short now and goes on then.
 */
export function conductChanges(now: readonly Execution[], before: readonly Execution[], later: boolean): Conduct {
  const weights = new Map([...weightsOf(now), ...weightsOf(before)]);
  const groups = new Map<string, { now: Execution[]; before: Execution[] }>();
  for (const [when, executions] of [['now', now], ['before', before]] as const) {
    for (const execution of executions) {
      const key = operationKey(execution);
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { now: [], before: [] }));
      group[when].push(execution);
    }
  }
  const found = new Map<string, ConductChange[]>();
  let compared = 0;
  const silent = withoutLogs(now, before);
  for (const [key, group] of groups) {
    if (group.now.length === 0 || group.before.length === 0) continue;
    const [{ service, operation }] = group.now as [Execution];
    const compare = whileWell(group, weights);
    if (compare.before.length === 0) continue;
    const shapes = shapesOf(compare.now, compare.before, weights);
    compared += new Set(shapes.flatMap(({ items }) => items)).size;
    const changes = changesOf(service, operation, shapes, silent(service));
    found.set(key, later ? changes.filter(isFailing) : changes);
  }
  return { changes: found, compared };
}

/** Does the execution show the change: the vanished item missing, the new one there? */
export function shows({ items }: Execution, { given, item, shareNow, shareBefore }: ConductChange): boolean {
  return (given === ENTERED || items.has(given)) && (shareNow < shareBefore ? !items.has(item) : items.has(item));
}
