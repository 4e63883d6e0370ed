// How every rule stands at every place: the states of alerts, moved on by readings, and written down where they are more than
// "ok", so that a restart neither forgets what fires nor says it again.
import type { AlertRule, AlertStanding, UnixMs } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import { nextState, restingState, type AlertEvent, type AlertState } from './alert-state.js';
import type { Reading } from './condition.js';

interface Standing { agency: string; ruleId: string; key: string; state: AlertState; incident: string | null; dirty: boolean; stored: boolean }
export interface Moved { event: AlertEvent; standing: Standing }

/** Of a rule among those of all agencies; neither has a line break in it. */
export const idOf = (agency: string, ruleId: string): string => `${agency}\n${ruleId}`;

export class Standings {
  readonly #rules = new Map<string, Map<string, Standing>>();

  constructor(readonly db: MetaDb) {}

  async restore(): Promise<void> {
    for (const { agency, ruleId, place, state, incident } of await this.db.selectFrom('alertStanding').selectAll().execute()) {
      const read = JSON.parse(state) as AlertState;
      // After a pause nothing is known about what was pending; what fired goes on until it is seen to be over.
      this.#of(agency, ruleId).set(place, { agency, ruleId, key: place, state: { ...read, toldMs: -Infinity }, incident, dirty: false, stored: true });
    }
  }

  /** Move one alert on. The event is null mostly. */
  tell(agency: string, rule: AlertRule, key: string, reading: Reading, atMs: UnixMs): Moved | null {
    const held = this.#rules.get(idOf(agency, rule.id))?.get(key);
    if (!held && reading.bad !== true) return null; // Nothing to remember of what is well.
    const standing = held ?? { agency, ruleId: rule.id, key, state: restingState(atMs), incident: null, dirty: false, stored: false };
    const { state, event } = nextState(standing.state, reading, atMs, rule);
    standing.dirty ||= state.phase !== standing.state.phase;
    standing.state = state;
    if (!held) this.#of(agency, rule.id).set(key, standing);
    return event === null ? null : { event, standing };
  }

  /** Keys at which a rule stands other than ok. */
  keysOf(agency: string, ruleId: string): string[] { return [...this.#rules.get(idOf(agency, ruleId))?.keys() ?? []]; }

  /** Firing ones whose rule is no longer there, or off. They are dropped here. */
  orphans(isThere: (agency: string, ruleId: string) => boolean): Standing[] {
    const orphans: Standing[] = [];
    for (const places of this.#rules.values()) for (const standing of places.values()) {
      if (isThere(standing.agency, standing.ruleId)) continue;
      if (standing.state.phase === 'firing') orphans.push(standing);
      standing.state = { ...standing.state, phase: 'ok' };
      standing.dirty = true;
    }
    return orphans;
  }

  link(standing: Standing, incident: string | null): void {
    standing.incident = incident;
    standing.dirty = true;
  }

  list(agency: string): AlertStanding[] {
    return [...this.#rules.values()].flatMap((places) => [...places.values()]).filter((one) => one.agency === agency && one.state.phase !== 'ok').map(({ ruleId, key, state, incident }) => (
      { ruleId, key, phase: state.phase, sinceMs: state.sinceMs, value: state.value, threshold: state.bound, incidentId: incident }));
  }

  /** Write down what has changed; forget what is well again. */
  async flush(): Promise<void> {
    for (const places of this.#rules.values()) for (const [key, standing] of places) {
      const { agency, ruleId, state, incident } = standing;
      if (state.phase === 'ok') places.delete(key);
      if (!standing.dirty) continue;
      standing.dirty = false;
      const row = { state: JSON.stringify(state), incident };
      if (state.phase !== 'ok') {
        await this.db.insertInto('alertStanding').values({ agency, ruleId, place: key, ...row }).onConflict((c) => c.columns(['agency', 'ruleId', 'place']).doUpdateSet(row)).execute();
        standing.stored = true;
      } else if (standing.stored) await this.db.deleteFrom('alertStanding').where('agency', '=', agency).where('ruleId', '=', ruleId).where('place', '=', key).execute();
    }
  }

  #of(agency: string, ruleId: string): Map<string, Standing> {
    const id = idOf(agency, ruleId);
    let places = this.#rules.get(id);
    if (!places) this.#rules.set(id, (places = new Map()));
    return places;
  }
}
