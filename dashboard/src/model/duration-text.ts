// Durations as a person types them into a filter: `1.5s`, `300`, `2 min`, `200µs`. Without a unit: milliseconds.

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, 'µs': 0.001, 'μs': 0.001, ms: 1, s: 1_000, '초': 1_000, m: 60_000, min: 60_000, '분': 60_000, h: 3_600_000 };

/** Milliseconds; undefined for an empty text, null for one that is no duration. */
export function parseDurationMs(text: string): number | undefined | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return undefined;
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(\D*)$/.exec(trimmed);
  const unit = match ? UNIT_MS[match[2] === '' ? 'ms' : match[2] ?? ''] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : null;
}

/** The shortest text that `parseDurationMs` reads back to the same number. */
export function durationText(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms >= 1_000 && Number.isInteger(ms / 100) ? `${ms / 1_000}s` : `${ms}ms`;
}
