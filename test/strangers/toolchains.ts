// Strangers' applications in four languages, each in a folder of its own with the stock client of its language beside it, as its users
// have it. What is fetched stays in a cache; what a machine lacks or cannot fetch is said, and left out.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const CACHE = path.resolve(HERE, '../../node_modules/.cache/narrows/strangers');
const FETCH_MS_MAX = 10 * 60_000;

export const LANGUAGES = ['node', 'python', 'java', 'go'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Where the lines of the page are run, and with what on the path besides. */
export interface Stranger { dir: string; bin: string | null }

const PYTHON = ['Flask==3.1.3', 'opentelemetry-distro==0.66b1', 'opentelemetry-exporter-otlp-proto-http==1.45.1', 'opentelemetry-instrumentation-flask==0.66b1'];

/** Errors: whatever the tool says, in its last line. */
export async function prepareStranger(language: Language): Promise<Stranger> {
  const dir = path.join(CACHE, language);
  const source = path.join(HERE, language);
  const made = path.join(dir, '.made');
  const wanted = createHash('sha256').update(readdirSync(source).map((name) => readFileSync(path.join(source, name), 'utf8')).join() + PYTHON.join()).digest('hex');
  if (!existsSync(made) || readFileSync(made, 'utf8') !== wanted) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    cpSync(source, dir, { recursive: true });
    await MAKE[language](dir);
    writeFileSync(made, wanted);
  }
  return { dir, bin: language === 'python' ? path.join(dir, 'venv/bin') : null };
}

const MAKE: Readonly<Record<Language, (dir: string) => Promise<unknown>>> = {
  /** Under this repository's own node_modules, where our agent is. */
  node: async () => undefined,
  python: async (dir) => {
    await run('python3', ['-m', 'venv', path.join(dir, 'venv')]);
    await run(path.join(dir, 'venv/bin/python'), ['-m', 'pip', 'install', '-q', ...PYTHON], { timeout: FETCH_MS_MAX });
  },
  java: async (dir) => {
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.', '-Dmdep.stripVersion=true'], { cwd: dir, timeout: FETCH_MS_MAX });
    await run('javac', ['App.java'], { cwd: dir });
    await run('jar', ['--create', '--file', 'app.jar', '--main-class', 'App', 'App.class'], { cwd: dir });
  },
  go: (dir) => run('go', ['build', '-o', path.join(dir, 'fetched'), '.'], { cwd: dir, timeout: FETCH_MS_MAX }),
};

/** One sentence about why a language is left out. */
export function whyLeftOut(language: Language, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return `left out: a client in ${language}, since ${'path' in error ? String(error.path) : 'its tool'} is not on this machine`;
  const words = error instanceof Error ? ('stderr' in error && String(error.stderr).trim()) || error.message : String(error);
  return `left out: a client in ${language}, which could not be fetched (${words.trim().split('\n').at(-1)?.slice(0, 300)})`;
}
