// Metrics as data: a family is one name with its points. The same families are written as Prometheus' text for `/metrics`
// and as OTLP for the collector's own store. Counters that somebody raises now and then live in a `CounterSet`; whatever
// is counted for every request has fields of its own.

export type Labels = Readonly<Record<string, string>>;
export interface MetricFamily {
  /** Prometheus' rules: `narrows_…`, unit last, `_total` at the end of a counter. */
  name: string;
  kind: 'counter' | 'gauge';
  help: string;
  points: { labels: Labels; value: number }[];
}

/** A family of one point without labels. */
export function single(name: string, kind: MetricFamily['kind'], help: string, value: number): MetricFamily {
  return { name, kind, help, points: [{ labels: {}, value }] };
}

/** Counters by name and labels, for cold paths: each call looks its labels up. */
export class CounterSet {
  readonly #families = new Map<string, { help: string; points: Map<string, { labels: Labels; value: number }> }>();

  add(name: string, help: string, labels: Labels, by = 1): void {
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = { help, points: new Map() }));
    const key = JSON.stringify(labels);
    const point = family.points.get(key);
    if (point) point.value += by;
    else family.points.set(key, { labels, value: by });
  }

  families(): MetricFamily[] {
    return [...this.#families].map(([name, { help, points }]) => ({ name, kind: 'counter', help, points: [...points.values()] }));
  }
}

/**
 * Prometheus' text exposition format, each family in one piece.
 *
 * Source: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4
 */
export function prometheusText(families: readonly MetricFamily[]): string {
  const lines: string[] = [];
  for (const { name, kind, help, points } of families) {
    if (points.length === 0) continue;
    lines.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${kind}`);
    for (const { labels, value } of points) {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`);
      lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
