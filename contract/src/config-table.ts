// Configuration as a table: one entry a variable, read once from the environment and frozen. All mistakes are reported
// together, with the value that was read, so that a wrong file is mended in one go. `docs/config.md` is generated from the tables.
import { NarrowsError } from './errors.js';

export type ConfigKind = 'string' | 'integer' | 'number' | 'boolean';
export interface ConfigEntry {
  /** Environment variable. */
  env: string;
  kind: ConfigKind;
  default: string | number | boolean;
  unit?: string;
  min?: number;
  max?: number;
  /** Allowed values of a string. */
  oneOf?: readonly string[];
  /** What it does, one sentence. */
  sentence: string;
}
export type ConfigTable = Readonly<Record<string, ConfigEntry>>;
export type ConfigOf<T extends ConfigTable> = Readonly<{
  [K in keyof T]: T[K]['kind'] extends 'boolean' ? boolean : T[K]['kind'] extends 'string' ? string : number;
}>;

/** Read a table from an environment. Errors: CONFIG_INVALID, listing every mistake. A blank value counts as not set. */
export function readConfig<const T extends ConfigTable>(table: T, env: Readonly<Record<string, string | undefined>>): ConfigOf<T> {
  const mistakes: string[] = [];
  const values: Record<string, string | number | boolean> = {};
  for (const [name, entry] of Object.entries(table)) {
    const raw = env[entry.env]?.trim();
    if (raw === undefined || raw === '') { values[name] = entry.default; continue; }
    const parsed = parseEntry(entry, raw);
    if (typeof parsed === 'object') mistakes.push(`${entry.env}=${JSON.stringify(raw)}: ${parsed.mistake}`);
    else values[name] = parsed;
  }
  if (mistakes.length > 0) throw new NarrowsError('CONFIG_INVALID', `configuration:\n  ${mistakes.join('\n  ')}`);
  return Object.freeze(values) as ConfigOf<T>;
}

function parseEntry(entry: ConfigEntry, raw: string): string | number | boolean | { mistake: string } {
  if (entry.kind === 'string') {
    return entry.oneOf && !entry.oneOf.includes(raw) ? { mistake: `must be one of ${entry.oneOf.join(', ')}` } : raw;
  }
  if (entry.kind === 'boolean') {
    if (/^(true|1|yes|on)$/i.test(raw)) return true;
    return /^(false|0|no|off)$/i.test(raw) ? false : { mistake: 'must be true or false' };
  }
  const value = Number(raw);
  const unit = entry.unit ? ` ${entry.unit}` : '';
  if (!Number.isFinite(value)) return { mistake: 'must be a number' };
  if (entry.kind === 'integer' && !Number.isInteger(value)) return { mistake: 'must be a whole number' };
  if (entry.min !== undefined && value < entry.min) return { mistake: `must be at least ${entry.min}${unit}` };
  if (entry.max !== undefined && value > entry.max) return { mistake: `must be at most ${entry.max}${unit}` };
  return value;
}
