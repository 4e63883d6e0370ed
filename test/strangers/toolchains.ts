// Strangers' applications in four languages, each in a folder of its own with our agent (Node) or the stock client of its language beside it,
// as its users have it. What is fetched stays in a cache; what a machine lacks or cannot fetch is said, and left out.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '../..');
const CACHE = path.join(ROOT, 'node_modules/.cache/narrows/strangers');
const FETCH_MS_MAX = 10 * 60_000;

export const LANGUAGES = ['node', 'python', 'java', 'go'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Where the lines of the page are run, and with what on the path besides. */
export interface Stranger { dir: string; bin: string | null }

const PYTHON = ['Flask==3.1.3', 'opentelemetry-distro==0.66b1', 'opentelemetry-exporter-otlp-proto-http==1.45.1', 'opentelemetry-instrumentation-flask==0.66b1'];

/** `fetch`: whether the network may be asked for what is in none of this machine's caches. Errors: whatever the tool says, in its last line. */
export async function prepareStranger(language: Language, fetch: boolean): Promise<Stranger> {
  const dir = path.join(CACHE, language);
  const source = path.join(HERE, language);
  const made = path.join(dir, '.made');
  const wanted = createHash('sha256').update(readdirSync(source).map((name) => readFileSync(path.join(source, name), 'utf8')).join() + PYTHON.join()).digest('hex');
  // Ours changes with this repository, and is fetched from nowhere.
  if (language === 'node' || !existsSync(made) || readFileSync(made, 'utf8') !== wanted) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    cpSync(source, dir, { recursive: true });
    await MAKE[language](dir, fetch);
    writeFileSync(made, wanted);
  }
  return { dir, bin: language === 'python' ? path.join(dir, 'venv/bin') : null };
}

const MAKE: Readonly<Record<Language, (dir: string, fetch: boolean) => Promise<unknown>>> = {
  /** Our agent as it is packed for others; what it depends on is found above, in this repository's own node_modules. */
  node: async (dir) => {
    await run('npm', ['pack', '--silent', '-w', 'contract', '-w', 'agent', '--pack-destination', dir], { cwd: ROOT });
    for (const packed of readdirSync(dir).filter((name) => name.endsWith('.tgz'))) {
      const into = path.join(dir, 'node_modules/@narrows', packed.split('-')[1]!);
      mkdirSync(into, { recursive: true });
      await run('tar', ['-xzf', path.join(dir, packed), '-C', into, '--strip-components=1']);
    }
  },
  python: async (dir, fetch) => {
    await run('python3', ['-m', 'venv', path.join(dir, 'venv')]);
    await run(path.join(dir, 'venv/bin/python'), ['-m', 'pip', 'install', '-q', ...fetch ? [] : ['--no-index'], ...PYTHON], { timeout: FETCH_MS_MAX });
  },
  java: async (dir, fetch) => {
    await run('mvn', ['-q', '-B', ...fetch ? [] : ['-o'], 'dependency:copy-dependencies', '-DoutputDirectory=.', '-Dmdep.stripVersion=true'], { cwd: dir, timeout: FETCH_MS_MAX });
    await run('javac', ['App.java'], { cwd: dir });
    await run('jar', ['--create', '--file', 'app.jar', '--main-class', 'App', 'App.class'], { cwd: dir });
  },
  go: (dir, fetch) => run('go', ['build', '-o', path.join(dir, 'fetched'), '.'], { cwd: dir, timeout: FETCH_MS_MAX, env: { ...process.env, ...!fetch && { GOPROXY: 'off' } } }),
};

/** One sentence about why a language is left out. */
export function whyLeftOut(language: Language, error: unknown, fetch: boolean): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return `left out: a client in ${language}, since ${'path' in error ? String(error.path) : 'its tool'} is not on this machine`;
  const lines = ['stderr', 'stdout', 'message'].map((key) => stripVTControlCharacters(String(Reflect.get(Object(error), key) ?? '')).trim()).find((text) => text !== '')?.split('\n') ?? [String(error)];
  // Maven and pip name the fault in their first line of that kind, the others in their last one.
  const words = (lines.find((line) => line.includes('ERROR')) ?? lines.at(-1)!).slice(0, 300);
  return `left out: a client in ${language}, which ${fetch ? 'could not be fetched' : 'is not in the caches of this machine; npm run onboard fetches it'} (${words})`;
}
