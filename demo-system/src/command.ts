// The command `narrows-demo`: speaks to a demo that runs, by the desk whose address lies in its data directory. Exit codes:
// 0 done, 1 it could not be done, 2 the command line was wrong; each with one sentence.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTROL_FILE } from './supervise/data-directory.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const USAGE = `Usage: npx narrows-demo <command> [--data DIR]

  fault list                                   what can be broken, and what is broken now
  fault start NAME [--target T] [--amount N] [--seconds N]
  fault stop NAME [--target T] | --all
  operate servers SERVICE COUNT                more servers, or fewer
  operate capacity CHANNEL WORKERS             room in a channel of identity verification
  operate order CHANNEL [CHANNEL …]            these channels first in the list that people see
  operate gate PEOPLE_PER_SECOND               how fast the waiting room lets in
  operate suspend | reopen                     close the booking for a while, and open it again

  --data DIR   data directory of the demo (default .narrows/demo). The demo itself is started by: npm run demo
`;

class CommandMistake extends Error {}

interface Listed { id: string; target: string; targets: string[]; amount: { unit: string; default: number; min: number; max: number }; sentence: { en: string } }
interface State { scenario: string; faults: Listed[]; active: { plan: { fault: string; target: string | null; amount: number }; truth: { beginMs: number } }[] }

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof CommandMistake ? 2 : 1;
}

async function run(args: readonly string[]): Promise<string> {
  const { values, positionals } = read(args);
  if (values.help || positionals.length === 0) return USAGE;
  const [group, verb, name, ...rest] = positionals;
  const desk = () => deskOf(values.data === undefined ? path.join(ROOT, '.narrows', 'demo') : path.resolve(values.data));
  if (group === 'operate' && verb !== undefined) {
    const { done } = await send<{ done: string }>(desk(), '/api/operations', { name: verb, values: positionals.slice(2) });
    return `✓ ${done}\n`;
  }
  if (group !== 'fault' || rest.length > 0) throw new CommandMistake(`"${positionals.join(' ')}" is no command of narrows-demo (--help lists them).`);
  if (verb === 'list' && name === undefined) return listed(await send<State>(desk(), '/api/state'));
  if (verb === 'start' && name !== undefined) {
    const wish = { fault: name, ...(values.target !== undefined && { target: values.target }), ...numberOf('amount', values.amount), ...numberOf('seconds', values.seconds) };
    const { truth } = await send<{ truth: { kind: string; subject: unknown } }>(desk(), '/api/faults/start', wish);
    return `✓ ${name} begins; true is now: ${truth.kind} of ${JSON.stringify(truth.subject)}\n`;
  }
  if (verb === 'stop' && (name === undefined) !== (values.all !== true)) {
    await (values.all ? send(desk(), '/api/faults/stop-all', {}) : send(desk(), '/api/faults/stop', { fault: name, ...(values.target !== undefined && { target: values.target }) }));
    return values.all ? '✓ all faults have ended\n' : `✓ ${name} has ended\n`;
  }
  throw new CommandMistake(verb === 'stop' ? 'fault stop takes one name, or --all (and not both).' : `"${positionals.join(' ')}" is no command of narrows-demo (--help lists them).`);
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { data: text, target: text, amount: text, seconds: text, all: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new CommandMistake(`${error instanceof Error ? error.message.split('\n')[0] : String(error)} (--help lists the commands)`);
  }
}

function numberOf(name: 'amount' | 'seconds', raw: string | undefined): Partial<Record<'amount' | 'seconds', number>> {
  if (raw === undefined) return {};
  const value = raw.trim() === '' ? Number.NaN : Number(raw);
  if (!Number.isFinite(value)) throw new CommandMistake(`--${name} must be a number; it is "${raw}".`);
  return { [name]: value };
}

/** Where the demo of this directory can be spoken to. */
function deskOf(directory: string): string {
  const file = path.join(directory, CONTROL_FILE);
  if (!fs.existsSync(file)) throw new Error(`No demo runs with its data in ${directory}; start one with npm run demo, or name its place with --data.`);
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { url: string }).url;
}

async function send<T>(desk: string, route: string, body?: unknown): Promise<T> {
  const answer = await fetch(desk + route, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    .catch(() => { throw new Error(`The demo at ${desk} does not answer; it may have ended. Start one with npm run demo.`); });
  const said = await answer.json() as T & { error?: string };
  if (!answer.ok) throw new Error(said.error ?? `the demo answered ${answer.status}`);
  return said;
}

function listed({ scenario, faults, active }: State): string {
  const rows = faults.map(({ id, targets, amount, sentence }) => `  ${id.padEnd(19)} ${sentence.en}${targets.length > 0 ? `\n${' '.repeat(22)}--target ${targets.join(' | ')}` : ''}`
    + (amount.min === amount.max ? '' : `\n${' '.repeat(22)}--amount ${amount.unit}, ${amount.min}–${amount.max} (default ${amount.default})`));
  const now = active.map(({ plan, truth }) => `  ${plan.fault}${plan.target === null ? '' : ` of ${plan.target}`} since ${new Date(truth.beginMs).toISOString()}`);
  return `Faults of the scenario ${scenario}:\n${rows.join('\n')}\n\n${now.length === 0 ? 'Nothing is broken now.' : `Broken now:\n${now.join('\n')}`}\n`;
}
