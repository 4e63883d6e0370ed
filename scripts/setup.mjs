// What `npm run demo` and `npm test` need before anything is installed, so it uses nothing but Node itself: check the
// Node version, install what is missing, build what has changed. One line of progress for each step; a step that
// fails says in one sentence what to do, with the last lines of the command that failed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const NODE_MIN = [20, 19];
/** Between two lines of a long step where the output is not a terminal, in ms. */
const STILL_RUNNING_EVERY_MS = 20_000;

/** End with one sentence for people, not a stack. */
export function fail(sentence) {
  process.stderr.write(`\n✗ ${sentence}\n`);
  process.exit(1);
}

/** Error: Node older than 20.19, in one sentence. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    fail(`Narrows needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}. Install a current one from your package manager and try again.`);
  }
}

/** Run one step quietly, with its name and how long it has taken; on failure show the end of its output and `advice`. */
export async function step(name, command, args, advice, options = {}) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const terminal = process.stdout.isTTY;
  if (!terminal) process.stdout.write(`… ${name}\n`);
  const timer = setInterval(() => process.stdout.write(terminal ? `\r… ${name} (${seconds()})` : `  still at it: ${name} (${seconds()})\n`), terminal ? 1_000 : STILL_RUNNING_EVERY_MS);
  let tail = '';
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', ...options });
  const keep = (chunk) => { tail = (tail + chunk).slice(-4_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => { tail += error.message; resolve(-1); });
    child.on('close', resolve);
  });
  clearInterval(timer);
  if (code !== 0) {
    process.stderr.write(`\n${tail.trim()}\n`);
    fail(`${name} failed. ${advice}`);
  }
  process.stdout.write(`${terminal ? '\r' : ''}✓ ${name} (${seconds()})\n`);
}

/** Install with `npm ci` unless this very lock file was installed by this Node major before. */
export async function ensureInstalled() {
  const stamp = path.join(ROOT, 'node_modules', '.narrows-installed');
  const wanted = hash([fs.readFileSync(path.join(ROOT, 'package-lock.json')), `${process.platform}-${process.arch}-${process.versions.modules}`]);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  await step('Installing packages (about 600 MB of download; one to six minutes)', 'npm', ['ci', '--no-progress'],
    'Check the connection to your npm registry and the space on the disk, then run the same command again.');
  fs.writeFileSync(stamp, wanted);
}

/** Build the rooms and the dashboard where their sources have changed since the last build. */
export async function ensureBuilt(projects = ['contract', 'agent', 'collector', 'demo-system']) {
  const advice = 'The lines above name the file; a fresh clone builds without errors.';
  const node = process.execPath;
  await step('Building agent, collector and demo system', node, [bin('typescript', 'tsc'), '-b', ...projects], advice);
  const stamp = path.join(ROOT, 'dashboard', 'dist', '.narrows-built');
  const wanted = hash(filesUnder('dashboard', (file) => !/(^|\/)(dist|node_modules)\//.test(file)).concat(filesUnder('contract/src'))
    .flatMap((file) => [file, fs.readFileSync(path.join(ROOT, file))]));
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  await step('Building the dashboard', node, [bin('vite', 'vite'), 'build', '--logLevel', 'error'], advice, { cwd: path.join(ROOT, 'dashboard') });
  fs.writeFileSync(stamp, wanted);
}

/** The JavaScript file behind a package's command, so that no shell shim is needed. */
export function bin(packageName, command) {
  const folder = path.join(ROOT, 'node_modules', packageName);
  const entry = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).bin;
  return path.join(folder, typeof entry === 'string' ? entry : entry[command]);
}

function filesUnder(folder, keep = () => true) {
  return fs.readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(keep).toSorted();
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
}
