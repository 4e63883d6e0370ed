// "What does the judge need to know about this window?" For a past window in one go; for the live page from a window
// that is kept and only re-read where it can still change, so that a second of it costs the same all day.
import type { JudgeInput, PipelineDefinition } from '@narrows/contract';
import { REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { JudgedSeconds } from './judge-input.js';
import { PastSeries } from './past-series.js';
import { selectServiceOfPeer } from './peers.js';
import { secondsOf, type Asker, type Range } from './question.js';
import { SLOW_TURNS, STEP_SECONDS_MAX, selectSeriesRows, type ActiveRow, type SlowKind, type SlowRows, type TotalsRow } from './series-rows.js';

const FRESH_MS = (REPORT_FRESH_SECONDS - 1) * 1_000;
/** Addresses change their service seldom; the end of a window tells. */
const PEERS_RANGE_MS = 60_000;
/** While calls go to an address that nobody is known to answer under, and otherwise. */
const PEERS_UNKNOWN_EVERY_MS = 10_000;
const PEERS_KNOWN_EVERY_MS = 60_000;
/** Of what is read again: two turns, since the span of whom was called may come later than that of the caller. */
const PEERS_REREAD_MS = 2 * PEERS_UNKNOWN_EVERY_MS;
/** Spans of a second arrive late by the agent's batch delay, a retry, and the loader's turn. */
const REREAD_MS = 12_000;
/** A window that moved by so much reads all kinds: three turns of it later the first would be read too late. */
const TURN_MOVES_MAX_MS = 3_000;
/** What arrived later than that (an agent that was cut off) is found by reading the whole window now and then. */
const REREAD_ALL_EVERY_MS = 60_000;

/** The judge's input for any past window, from stored data alone. */
export async function selectJudgeInput(asker: Asker, pipeline: PipelineDefinition | null, range: Range): Promise<JudgeInput> {
  return (await PastSeries.read(asker, pipeline, range)).window(range);
}

/** A window that moves forward with the clock. One for each agency and pipeline that somebody looks at. */
export class LiveWindow {
  readonly #seconds: JudgedSeconds;
  #slow: SlowRows = { instances: [], runtime: [], people: [] };
  #totals: readonly TotalsRow[] = [];
  #peers: ReadonlyMap<string, string> = new Map();
  #readToMs = 0;
  #readAllAtMs = 0;
  #peersReadAtMs = 0;
  #peersUnderWay = false;
  #turn = 0;

  constructor(readonly asker: Asker, readonly pipeline: PipelineDefinition | null) { this.#seconds = new JudgedSeconds(pipeline); }

  /** The reports of open transactions that the last second of the last `advance` was judged by, and some before them. */
  get active(): readonly ActiveRow[] { return this.#seconds.active; }

  /** What ended in each of the last seconds of the last `advance`. */
  get totals(): readonly TotalsRow[] { return this.#totals; }

  /** Ranges are asked for in order of time; one that lies before the last one is read afresh. */
  async advance(range: Range): Promise<JudgeInput> {
    const wholeFromMs = range.fromMs - FRESH_MS;
    const moved = range.toMs - this.#readToMs;
    const whole = moved < 0 || moved > REREAD_MS || range.toMs - this.#readAllAtMs >= REREAD_ALL_EVERY_MS;
    const read = { fromMs: whole ? wholeFromMs : Math.max(wholeFromMs, range.toMs - REREAD_MS), toMs: range.toMs };
    const steps = { fromMs: whole ? wholeFromMs : Math.max(wholeFromMs, wholeStepBefore(range.toMs - REREAD_MS)), toMs: range.toMs };
    // In turn and not by the clock, whose seconds a busy machine leaves out: each is read again before `REREAD_MS` have passed.
    const inTurn = SLOW_TURNS[this.#turn++ % SLOW_TURNS.length];
    const dueIf = (kind: SlowKind): Range | null => (whole || moved >= TURN_MOVES_MAX_MS || kind === inTurn ? steps : null);
    const slow = { instances: dueIf('instances'), runtime: dueIf('runtime'), people: dueIf('people') };
    const [rows] = await Promise.all([selectSeriesRows(this.asker, this.pipeline, read, slow), this.#knowPeers(range.toMs, moved < 0)]);
    this.#seconds.forget(0, secondsOf(range).from);
    this.#seconds.put(rows, read);
    this.#slow = spliceRows(this.#slow, rows, wholeFromMs, slow);
    this.#totals = rows.totals;
    this.#readToMs = range.toMs;
    if (whole) this.#readAllAtMs = range.toMs;
    return this.#seconds.window(range, this.#slow, this.#peers);
  }

  #arePeersDue(sinceMs: number): boolean {
    if (sinceMs < PEERS_UNKNOWN_EVERY_MS) return false;
    return sinceMs >= PEERS_KNOWN_EVERY_MS || [...this.#seconds.calls].some(({ kind, peer }) => kind !== 'sql' && !this.#peers.has(peer));
  }

  /** The first is waited for; later ones, which are the dearest question of all, come in beside. */
  async #knowPeers(toMs: number, isAfresh: boolean): Promise<void> {
    if (this.#peersUnderWay || !(isAfresh || this.#arePeersDue(toMs - this.#peersReadAtMs))) return;
    this.#peersUnderWay = true;
    const isFirst = this.#peersReadAtMs === 0 || isAfresh;
    // It reads raw spans: those of a minute only the first time.
    const rangeMs = isFirst ? PEERS_RANGE_MS : PEERS_REREAD_MS;
    const known = selectServiceOfPeer(this.asker, { fromMs: toMs - rangeMs, toMs }).then((peers) => {
      // An address that was idle for a while keeps its service.
      this.#peers = new Map([...this.#peers, ...peers]);
      this.#peersReadAtMs = toMs;
    }).finally(() => { this.#peersUnderWay = false; });
    if (isFirst) return known;
    known.catch(() => undefined); // The store counts it as a query that failed; it stays due, and what is known holds until then.
  }
}

const wholeStepBefore = (atMs: number): number => Math.floor(atMs / (STEP_SECONDS_MAX * 1_000)) * STEP_SECONDS_MAX * 1_000;

/** Keep the held rows of the window that lie before what was read, and put the new ones behind them; of what was not read (null) all are kept. */
function spliceRows(held: SlowRows, fresh: SlowRows, windowFromMs: number, slow: Readonly<Record<SlowKind, Range | null>>): SlowRows {
  const from = Math.floor(windowFromMs / 1_000);
  const splice = <Row extends { at: number }>(old: readonly Row[], rows: readonly Row[], again: Range | null) => {
    const until = again === null ? Infinity : Math.floor(again.fromMs / 1_000);
    return [...old.filter((r) => r.at >= from && r.at < until), ...rows];
  };
  return {
    instances: splice(held.instances, fresh.instances, slow.instances), runtime: splice(held.runtime, fresh.runtime, slow.runtime), people: splice(held.people, fresh.people, slow.people),
  };
}
