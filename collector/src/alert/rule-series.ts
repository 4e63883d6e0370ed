// The series of all rules, kept up to date: recent steps and minutes as they come, the same times of earlier days a little
// ahead. What a new rule needs is read for its whole reach once; after that only what can still change is asked again.
import { LIMITS, type AlertRule, type UnixMs } from '@narrows/contract';
import type { StoreReader } from '../query/question.js';
import type { AgencyFacts } from './incident-desk.js';
import { MeasureSeries, STEP_MS } from './measure-series.js';
import { EARLIER_DAYS, EARLIER_SERIES_MAX } from './preview.js';
import { isBurnRate, isSeasonal, measureOf, reachMs, WINDOW_MAX_MS } from './rule-reach.js';
import type { SeriesBooks } from './rule-reading.js';
import { feedSeries, needOf } from './series-feed.js';
import { DAY_MS } from './zone-time.js';

const MINUTE_MS = 60_000;
/** What comes late (a retry, the loader's turn) is still counted. */
const REREAD_MS = 20_000;
const REREAD_MINUTES_MS = 3 * MINUTE_MS;
/** Earlier days do not change: they are read for some minutes ahead. */
const EARLIER_AHEAD_MS = 10 * MINUTE_MS;
/** Behind by more, the steps in between are left out: yesterday's alarm helps nobody. */
const CATCH_UP_STEPS = 6;

type OwnedRule = AlertRule & { agency: string };

export class RuleSeries {
  readonly #recent = new MeasureSeries(WINDOW_MAX_MS / STEP_MS + 12);
  readonly #minutes = new MeasureSeries((3 * DAY_MS) / MINUTE_MS + 12, MINUTE_MS, 2_000);
  #earlier = new MeasureSeries(0);
  readonly #known = new Set<string>();
  #rulesSeen: readonly OwnedRule[] | null = null;
  #steppedMs: UnixMs = 0;
  #minutedMs: UnixMs = 0;
  #earlierUntilMs: UnixMs = 0;
  #sweptMs: UnixMs = 0;
  /** Samples beyond the room there is. */
  left = 0;

  constructor(readonly store: StoreReader) {}

  get books(): SeriesBooks { return { recent: this.#recent, earlier: this.#earlier, minutes: this.#minutes }; }

  /** Feed up to a moment, and name each step at which rules are to be read. */
  async* advance(all: readonly OwnedRule[], agencies: ReadonlyMap<string, AgencyFacts>, untilMs: UnixMs): AsyncGenerator<UnixMs> {
    const rules = all.filter((rule) => agencies.has(rule.agency) && measureOf(rule) !== null);
    const toMs = Math.floor(untilMs / STEP_MS) * STEP_MS;
    if (toMs <= this.#steppedMs || rules.length === 0) return;
    if (this.#rulesSeen !== all) await this.#feedNew(rules, toMs);
    this.#rulesSeen = all;
    const fromMs = Math.max(this.#steppedMs - REREAD_MS, toMs - WINDOW_MAX_MS);
    if (this.#steppedMs > 0) this.left += await feedSeries(this.store, needOf(rules.filter((rule) => !isBurnRate(rule)).map((rule) => [rule.agency, rule])), this.#recent, [{ fromMs, toMs }]);
    await this.#feedMinutes(rules.filter(isBurnRate), toMs);
    await this.#feedEarlier(rules.filter(isSeasonal), toMs);
    const first = this.#steppedMs === 0 ? toMs : Math.max(this.#steppedMs + STEP_MS, toMs - CATCH_UP_STEPS * STEP_MS);
    this.#steppedMs = toMs;
    for (let atMs = first; atMs <= toMs; atMs += STEP_MS) yield atMs;
    this.#sweep(toMs);
  }

  /** Rules not seen before: the whole of what they look back on. */
  async #feedNew(rules: readonly OwnedRule[], toMs: UnixMs): Promise<void> {
    const fresh = rules.filter((rule) => !this.#known.has(`${rule.id} ${rule.updatedAtMs}`));
    for (const rule of fresh) this.#known.add(`${rule.id} ${rule.updatedAtMs}`);
    const recent = fresh.filter((rule) => !isBurnRate(rule));
    if (recent.length > 0) this.left += await feedSeries(this.store, needOf(recent.map((rule) => [rule.agency, rule])), this.#recent, [{ fromMs: Math.max(0, toMs - Math.max(...recent.map(reachMs)) - STEP_MS), toMs }]);
    const burning = fresh.filter(isBurnRate);
    if (burning.length > 0) this.left += await feedSeries(this.store, needOf(burning.map((rule) => [rule.agency, rule])), this.#minutes, [{ fromMs: Math.max(0, toMs - Math.max(...burning.map(reachMs))), toMs }]);
    if (fresh.some(isSeasonal)) this.#earlierUntilMs = 0;
  }

  async #feedMinutes(rules: readonly OwnedRule[], toMs: UnixMs): Promise<void> {
    const minute = Math.floor(toMs / MINUTE_MS) * MINUTE_MS;
    if (rules.length === 0 || minute <= this.#minutedMs) return;
    if (this.#minutedMs > 0) this.left += await feedSeries(this.store, needOf(rules.map((rule) => [rule.agency, rule])), this.#minutes, [{ fromMs: this.#minutedMs - REREAD_MINUTES_MS, toMs: minute }]);
    this.#minutedMs = minute;
  }

  async #feedEarlier(rules: readonly OwnedRule[], toMs: UnixMs): Promise<void> {
    if (rules.length === 0 || toMs < this.#earlierUntilMs) return;
    const reach = Math.max(...rules.map(reachMs));
    // An hour on both sides: where clocks are put forward or back the same time of day lies there.
    const ranges = EARLIER_DAYS.map((days) => ({ fromMs: toMs - days * DAY_MS - 2 * reach - 3600_000, toMs: toMs - days * DAY_MS + EARLIER_AHEAD_MS + reach + 3600_000 }))
      .filter(({ fromMs }) => fromMs > 0 && toMs - fromMs < LIMITS.queryRangeMaxMs);
    const next = new MeasureSeries(0, STEP_MS, EARLIER_SERIES_MAX * 6);
    this.left += await feedSeries(this.store, needOf(rules.map((rule) => [rule.agency, rule])), next, ranges);
    this.#earlier = next;
    this.#earlierUntilMs = toMs + EARLIER_AHEAD_MS;
  }

  #sweep(toMs: UnixMs): void {
    if (toMs - this.#sweptMs < 10 * MINUTE_MS) return;
    this.#sweptMs = toMs;
    this.#recent.forgetBefore(toMs - WINDOW_MAX_MS);
    this.#minutes.forgetBefore(toMs - 3 * DAY_MS);
  }
}
