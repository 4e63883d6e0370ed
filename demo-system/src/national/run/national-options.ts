// The command line of the national day: what a person typed becomes a frozen set of options, or one sentence that says what is
// wrong with it, contradictions included.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../options.js';
import type { NationalDay } from '../day.js';
import { dayById, NATIONAL_DAYS } from '../days/all-days.js';
import { parseWhatIf, type Change } from './what-if-changes.js';

interface Common { day: NationalDay; scale: number; seed: number; jsonFile: string | null }
export interface WatchOptions extends Common {
  mode: 'watch';
  headless: boolean;
  /** Seconds of the day that pass in one second; null: as fast as the collector takes it. */
  speed: number | null;
  /** The day begins now instead of on its own date. */
  shiftNow: boolean;
  port: number;
  otlpPort: number;
  dataDir: string;
}
export interface RecordOptions extends Common { mode: 'record'; folder: string }
export interface WhatIfOptions extends Common { mode: 'what-if'; changes: readonly Change[]; reportFile: string }
export type NationalOptions = WatchOptions | RecordOptions | WhatIfOptions;

const SCALE_MIN = 0.001;
const SCALE_MAX = 2;
const SPEED_MAX = 1_000;

export const NATIONAL_USAGE = `Usage: npm run national -- --day DAY [options]

  --day DAY          ${NATIONAL_DAYS.map(({ id }) => id).join(' | ')}
  --scale S          a country of that size, ${SCALE_MIN}–${SCALE_MAX} (default 1: the whole one)
  --minutes N        only the first minutes of it (default: all)
  --seed N           whole number; the same seed brings the same day, to the byte (default 1)
  --json FILE        write what people lived through, what was true and what was stored

  to watch it, in a collector of its own:
  --speed N          seconds of the day in one second, up to ${SPEED_MAX} (default: as fast as the collector takes it)
  --shift now        the day begins now instead of on its own date; needs --speed 1
  --headless         open no browser, and end when all is stored
  --port N           dashboard and query API (default 4319)
  --otlp-port N      where telemetry goes in (default 4318)
  --data DIR         data of this run, emptied at the start (default .narrows/national)

  without a collector:
  --record DIR       write the day into files, for "narrows replay"
  --what-if LIST     the same people in other systems, side by side: identity-first, channels=N, servers=N, line=people, no-suspension;
                     separated by commas each alone, joined by + together
  --report FILE      page of the comparison, .md or .html (default .narrows/what-if-DAY.html)
`;

/** Paths are taken from `cwd`; defaults lie in `root`. `--help` answers null. Errors: UsageError. */
export function parseNationalOptions(args: readonly string[], cwd: string, root: string): NationalOptions | null {
  const values = readFlags(args);
  if (values.help) return null;
  const known = NATIONAL_DAYS.map(({ id }) => id).join(', ');
  if (values.day === undefined) throw new UsageError(`Say which day with --day: ${known}.`);
  const day = dayById(values.day);
  if (day === undefined) throw new UsageError(`There is no day "${values.day}". Known ones: ${known}.`);
  const common: Common = {
    day: firstMinutes(day, values.minutes), scale: numberOf('--scale', values.scale ?? '1', { whole: false, min: SCALE_MIN, max: SCALE_MAX }),
    seed: numberOf('--seed', values.seed ?? '1', { whole: true, min: 0, max: 2 ** 31 - 1 }),
    jsonFile: values.json === undefined ? null : path.resolve(cwd, values.json),
  };
  if (values['what-if'] !== undefined) {
    refuse(values, '--what-if compares without a collector', ['speed', 'shift', 'headless', 'port', 'otlp-port', 'data', 'record', 'minutes']);
    const reportFile = values.report === undefined ? path.join(root, '.narrows', `what-if-${day.id}.html`) : path.resolve(cwd, values.report);
    if (!/\.(html|md)$/.test(reportFile)) throw new UsageError(`--report ends in .html or .md; it is "${values.report}".`);
    return Object.freeze({ ...common, mode: 'what-if', changes: parseWhatIf(values['what-if'], day), reportFile });
  }
  if (values.report !== undefined) throw new UsageError('--report belongs to --what-if; say what to compare, or leave it out.');
  if (values.record !== undefined) {
    refuse(values, '--record writes files without a collector', ['speed', 'shift', 'headless', 'port', 'otlp-port', 'data']);
    return Object.freeze({ ...common, mode: 'record', folder: path.resolve(cwd, values.record) });
  }
  return Object.freeze({ ...common, ...watchOptions(values, cwd, root) });
}

function watchOptions(values: Flags, cwd: string, root: string): Omit<WatchOptions, keyof Common> {
  const speed = values.speed === undefined ? null : numberOf('--speed', values.speed, { whole: false, min: 0.1, max: SPEED_MAX });
  if (values.shift !== undefined && values.shift !== 'now') throw new UsageError(`--shift takes "now"; it is "${values.shift}".`);
  if (values.shift === 'now' && speed !== 1) throw new UsageError('--shift now needs --speed 1: at another speed the day would run away from the clock.');
  const port = numberOf('--port', values.port ?? '4319', { whole: true, min: 1, max: 65_535 });
  const otlpPort = numberOf('--otlp-port', values['otlp-port'] ?? '4318', { whole: true, min: 1, max: 65_535 });
  if (port === otlpPort) throw new UsageError(`--port and --otlp-port are both ${port}; the dashboard and the telemetry need a port each.`);
  return {
    mode: 'watch', headless: values.headless === true, speed, shiftNow: values.shift === 'now', port, otlpPort,
    dataDir: values.data === undefined ? path.join(root, '.narrows', 'national') : path.resolve(cwd, values.data),
  };
}

function firstMinutes(day: NationalDay, raw: string | undefined): NationalDay {
  if (raw === undefined) return day;
  return { ...day, durationMs: numberOf('--minutes', raw, { whole: false, min: 1, max: day.durationMs / 60_000 }) * 60_000 };
}

type Flags = ReturnType<typeof readFlags>;

function readFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args], strict: true,
      options: {
        day: text, scale: text, seed: text, json: text, speed: text, shift: text, port: text, 'otlp-port': text, data: text, record: text, 'what-if': text, report: text,
        minutes: text, headless: flag, help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    const sentence = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UsageError(`${sentence} (--help lists the options)`);
  }
}

/** Options that make no sense together are a mistake, not something to be ignored. */
function refuse(values: Flags, because: string, names: readonly (keyof Flags)[]): void {
  const given = names.filter((name) => values[name] !== undefined);
  if (given.length > 0) throw new UsageError(`${because}: leave ${given.map((name) => `--${name}`).join(' and ')} out.`);
}

function numberOf(name: string, raw: string, rule: { whole: boolean; min: number; max: number }): number {
  const value = raw.trim() === '' ? Number.NaN : Number(raw);
  const fits = Number.isFinite(value) && value >= rule.min && value <= rule.max && (!rule.whole || Number.isInteger(value));
  if (!fits) throw new UsageError(`${name} must be a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}; it is "${raw}".`);
  return value;
}
