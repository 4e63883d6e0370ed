// The command line of the demo: what a person typed becomes a frozen set of options, or one sentence that says what is
// wrong with it. Nothing here touches the machine; ports, space and memory are looked at in `supervise/preflight.ts`.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIO_IDS, type ScenarioId } from './scenario.js';

export interface DemoOptions {
  scenario: ScenarioId;
  /** No browser is opened. */
  headless: boolean;
  /** How long to run; null: until Ctrl-C. */
  minutes: number | null;
  /** How many seconds of the crowd's profile pass in one second. */
  speed: number;
  /** Dashboard and query API. */
  port: number;
  otlpPort: number;
  dataDir: string;
  /** Control desk; 0: a free port. */
  controlPort: number;
  /** Where to write what was true, one JSON object a line; null: `truth.jsonl` in the data directory. */
  truthFile: string | null;
  /** Where to write truth, verdicts and counts, if anywhere. */
  jsonFile: string | null;
  seed: number;
  /** New folder that what the services send is written to, as a recorded day; null: none. */
  recordFolder: string | null;
}

/** A mistake on the command line; its message is the one sentence for the person who typed it. */
export class UsageError extends Error {}

export const USAGE = `Usage: npm run demo -- [options]

  --scenario NAME    ${SCENARIO_IDS.join(' | ')} (default before)
  --minutes N        stop after N minutes (default: until Ctrl-C)
  --speed S          let the crowd's day pass S times as fast, 0.1–10 (default 1)
  --seed N           whole number; the same seed brings the same crowd (default 1)
  --port N           dashboard and query API (default 4319)
  --otlp-port N      where telemetry goes in (default 4318)
  --control-port N   control desk: faults and operations while it runs (default: a free one)
  --data DIR         data of this run, emptied at the start (default .narrows/demo)
  --json FILE        write what was true, what was said and how people fared
  --truth FILE       write only what was true, one JSON object a line (default: truth.jsonl in DIR)
  --record DIR       write what the services send into a new folder, for "narrows replay"
  --headless         open no browser (--no-browser says the same)
  --help
`;

const SPEED_MIN = 0.1;
const SPEED_MAX = 10;

/**
 * Parse the arguments after the script's name. Paths are taken from `cwd`; the default data directory lies in `root`.
 * `--help` answers null. Errors: UsageError.
 */
export function parseOptions(args: readonly string[], cwd: string, root: string): DemoOptions | null {
  const values = readFlags(args);
  if (values.help) return null;
  const scenario = values.scenario ?? 'before';
  if (!isScenarioId(scenario)) throw new UsageError(`There is no scenario "${scenario}". Known ones: ${SCENARIO_IDS.join(', ')}.`);
  const port = readNumber('--port', values.port ?? '4319', { whole: true, min: 1, max: 65_535 });
  const otlpPort = readNumber('--otlp-port', values['otlp-port'] ?? '4318', { whole: true, min: 1, max: 65_535 });
  if (port === otlpPort) throw new UsageError(`--port and --otlp-port are both ${port}; the dashboard and the telemetry need a port each.`);
  const controlPort = readNumber('--control-port', values['control-port'] ?? '0', { whole: true, min: 0, max: 65_535 });
  if (controlPort === port || controlPort === otlpPort) throw new UsageError(`--control-port is ${controlPort}, which another option has already; the control desk needs a port of its own.`);
  const jsonFile = values.json === undefined ? null : path.resolve(cwd, values.json);
  const truthFile = values.truth === undefined ? null : path.resolve(cwd, values.truth);
  if (jsonFile !== null && jsonFile === truthFile) throw new UsageError(`--json and --truth are both ${values.json}; each needs a file of its own.`);
  return Object.freeze({
    scenario,
    headless: values.headless === true || values['no-browser'] === true,
    minutes: values.minutes === undefined ? null : readNumber('--minutes', values.minutes, { whole: false, min: 0.05, max: 24 * 60 }),
    speed: readNumber('--speed', values.speed ?? '1', { whole: false, min: SPEED_MIN, max: SPEED_MAX }),
    port,
    otlpPort,
    dataDir: values.data === undefined ? path.join(root, '.narrows', 'demo') : path.resolve(cwd, values.data),
    controlPort,
    jsonFile,
    truthFile,
    recordFolder: values.record === undefined ? null : path.resolve(cwd, values.record),
    seed: readNumber('--seed', values.seed ?? '1', { whole: true, min: 0, max: 2 ** 31 - 1 }),
  });
}

function readFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        scenario: text, minutes: text, speed: text, seed: text, port: text, 'otlp-port': text, 'control-port': text, data: text, json: text, truth: text, record: text,
        headless: flag, 'no-browser': flag, help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (error) {
    const sentence = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UsageError(`${sentence} (--help lists the options)`);
  }
}

function readNumber(name: string, raw: string, rule: { whole: boolean; min: number; max: number }): number {
  const value = raw.trim() === '' ? Number.NaN : Number(raw);
  const fits = Number.isFinite(value) && value >= rule.min && value <= rule.max && (!rule.whole || Number.isInteger(value));
  if (!fits) throw new UsageError(`${name} must be a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}; it is "${raw}".`);
  return value;
}

function isScenarioId(value: string): value is ScenarioId {
  return (SCENARIO_IDS as readonly string[]).includes(value);
}
