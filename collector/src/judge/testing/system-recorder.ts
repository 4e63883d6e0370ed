// What the agents and the store would show of a simulated system, series by series: transactions by instance and
// version, what processes run short of, what people were told and how many they are. Nothing of the simulation itself.
import { INSTANCE_STEP_MS, PEOPLE_STEP_MS, type InstancePoint, type InstanceSeries, type PeoplePoint, type RuntimeMeasure, type RuntimeSeries } from '@narrows/contract';

/** Kept by the second, read in steps: the newest step tells what has ended so far. */
export class InstanceBook {
  readonly #series = new Map<string, InstanceSeries>();

  ended(identity: { service: string; instance: string; version: string }, atMs: number, stay: { residenceMs: number; downstreamMs: number | null; error: boolean }): void {
    const key = `${identity.service} ${identity.instance} ${identity.version}`;
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { ...identity, points: [] }));
    add(series.points, { atMs: Math.floor(atMs / 1_000) * 1_000, completions: 1, errors: stay.error ? 1 : 0, residenceMsSum: stay.residenceMs, downstreamMsSum: stay.downstreamMs });
  }

  between(fromMs: number, toMs: number): InstanceSeries[] {
    return [...this.#series.values()].map(({ points, ...identity }) => {
      const steps: InstancePoint[] = [];
      for (const point of points) {
        const stepMs = Math.floor(point.atMs / INSTANCE_STEP_MS) * INSTANCE_STEP_MS;
        if (stepMs >= fromMs && point.atMs < toMs) add(steps, { ...point, atMs: stepMs });
      }
      return { ...identity, points: steps };
    }).filter(({ points }) => points.length > 0);
  }
}

function add(points: InstancePoint[], more: InstancePoint): void {
  const last = points[points.length - 1];
  if (last === undefined || last.atMs !== more.atMs) {
    points.push({ ...more });
    return;
  }
  last.completions += more.completions;
  last.errors += more.errors;
  last.residenceMsSum += more.residenceMsSum;
  if (more.downstreamMsSum !== null) last.downstreamMsSum = (last.downstreamMsSum ?? 0) + more.downstreamMsSum;
}

export class RuntimeBook {
  readonly #series = new Map<string, RuntimeSeries>();

  said(service: string, instance: string, measure: RuntimeMeasure, atMs: number, share: number): void {
    const key = `${service} ${instance} ${measure}`;
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { service, instance, measure, points: [] }));
    series.points.push({ atMs, share: Math.min(1, Math.max(0, share)) });
  }

  between(fromMs: number, toMs: number): RuntimeSeries[] {
    return [...this.#series.values()].map((series) => ({ ...series, points: series.points.filter(({ atMs }) => atMs >= fromMs && atMs < toMs) }));
  }
}

/** Of people only numbers are kept, as the store keeps sketches. A step is told up to the moment at which it is read. */
export class PeopleBook {
  readonly #spans: { atMs: number; stage: string; person: string; session: string; outcome: string }[] = [];

  seen(atMs: number, stage: string, person: string, session: string, outcome: string): void {
    this.#spans.push({ atMs, stage, person, session, outcome });
  }

  between(fromMs: number, toMs: number): PeoplePoint[] {
    const steps = new Map<string, { atMs: number; stage: string; persons: Set<string>; sessions: Set<string>; outcomes: Record<string, number>; spans: number }>();
    for (const { atMs, stage, person, session, outcome } of this.#spans) {
      const stepMs = Math.floor(atMs / PEOPLE_STEP_MS) * PEOPLE_STEP_MS;
      if (stepMs < fromMs || atMs >= toMs) continue;
      const key = `${stepMs} ${stage}`;
      let step = steps.get(key);
      if (step === undefined) steps.set(key, (step = { atMs: stepMs, stage, persons: new Set(), sessions: new Set(), outcomes: {}, spans: 0 }));
      step.persons.add(person);
      step.sessions.add(session);
      step.spans += 1;
      if (outcome !== '') step.outcomes[outcome] = (step.outcomes[outcome] ?? 0) + 1;
    }
    return [...steps.values()].sort((a, b) => a.atMs - b.atMs).map(({ atMs, stage: at, persons, sessions, outcomes, spans }) => ({
      atMs, stage: at, spans, named: spans, outcomes, persons: persons.size, sessions: sessions.size,
    }));
  }
}
