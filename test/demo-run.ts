// The demo as a person starts it, for tests: built, headless, on free ports, with its data in a temporary directory.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../demo-system/dist/supervise/preflight.js';

const MAIN = path.resolve(import.meta.dirname, '../demo-system/dist/main.js');
const READY_WITHIN_MS = 90_000;

export interface DemoRun {
  /** One-time login link of the dashboard. */
  login: string;
  output: () => string;
  /** Ctrl-C; resolves to the exit code. */
  stop: () => Promise<number | null>;
}

/** Errors: what the demo printed, where it ended before it was ready. */
export async function startDemo(...args: string[]): Promise<DemoRun> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-story-'));
  fs.chmodSync(folder, 0o755); // PostgreSQL runs as another user than root and must be able to walk in
  const child = spawn(process.execPath, [MAIN, '--headless', '--data', path.join(folder, 'data'), '--port', String(await freePort()), '--otlp-port', String(await freePort()), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise<number | null>((resolve) => { child.once('close', resolve); });
  const login = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo was not ready:\n${output}`)), READY_WITHIN_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const link = /http:\/\/\S+\/login\?token=\S+/.exec(output)?.[0];
        if (link && output.includes('Ctrl-C stops everything')) { clearTimeout(timer); resolve(link); }
      });
    }
    void ended.then((code) => { clearTimeout(timer); reject(new Error(`the demo ended with ${code}:\n${output}`)); });
  });
  return {
    login, output: () => output,
    stop: async () => {
      child.kill('SIGINT');
      const code = await ended;
      fs.rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
