// A strict reader of Prometheus' text format for the tests, written from its specification and not from our writer: what
// a scraper would complain about is thrown here.
// Source: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4
export interface Sample { name: string; labels: Record<string, string>; value: number }
export interface Exposition { samples: Sample[]; types: Map<string, string>; value(name: string, labels?: Record<string, string>): number | undefined }

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;

export function readPrometheus(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (!NAME.test(name) || helped.has(name)) throw new Error(`second or misnamed HELP: ${line}`);
      helped.add(name);
    } else if (keyword === 'TYPE') {
      if (types.has(name)) throw new Error(`family in two pieces: ${line}`);
      if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(rest)) throw new Error(`unknown type: ${line}`);
      types.set((family = name), rest);
    } else {
      const [, sampleName = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (sampleName === '' || sampleName !== family) throw new Error(`sample outside its family ${family}: ${line}`);
      if (!Number.isFinite(Number(value))) throw new Error(`not a number: ${line}`);
      const sample = { name: sampleName, labels: readLabels(labelText), value: Number(value) };
      const key = JSON.stringify([sampleName, Object.entries(sample.labels).toSorted()]);
      if (seen.has(key)) throw new Error(`the same series twice: ${line}`);
      seen.add(key);
      samples.push(sample);
    }
  }
  const value = (name: string, labels: Record<string, string> = {}): number | undefined => (
    samples.find((s) => s.name === name && Object.entries(labels).every(([key, text_]) => s.labels[key] === text_))?.value);
  return { samples, types, value };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const from = LABEL.lastIndex;
    const [, key, value] = LABEL.exec(text) ?? [];
    if (key === undefined || value === undefined) throw new Error(`labels do not parse from ${from}: ${text}`);
    if (Object.hasOwn(labels, key)) throw new Error(`label twice: ${text}`);
    labels[key] = value.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
  }
  return labels;
}
