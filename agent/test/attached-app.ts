// Starts an app of `apps/` in its own process with the built agent attached, exactly as a user does.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REGISTER = pathToFileURL(path.join(HERE, '../dist/register.js')).href;

export interface Ending { code: number | null; signal: NodeJS.Signals | null }

export class AttachedApp {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #listening: Promise<string>;
  stdout = '';
  stderr = '';

  /** `collector` null leaves the address to `env`. */
  constructor(app: string, collector: string | null, env: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, ['--import', REGISTER, path.join(HERE, 'apps', app)], {
      env: { PATH: process.env['PATH'], OTEL_SERVICE_NAME: app.split('.')[0], OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...(collector && { NARROWS_ENDPOINT: collector }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => { this.#child.on('close', (code, signal) => resolve({ code, signal })); });
    this.#child.stderr?.on('data', (chunk: Buffer) => { this.stderr += chunk.toString(); });
    this.#listening = new Promise((resolve, reject) => {
      this.#child.stdout?.on('data', (chunk: Buffer) => {
        this.stdout += chunk.toString();
        const port = /^listening (\d+)$/m.exec(this.stdout)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}`);
      });
      this.#child.on('close', () => reject(new Error(`${app} ended before it listened: ${this.stderr}`)));
    });
    this.#listening.catch(() => undefined);
  }

  url(): Promise<string> { return this.#listening; }

  async get(route: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${await this.#listening}${route}`, { headers });
  }

  signal(signal: NodeJS.Signals): void { this.#child.kill(signal); }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Waits until `look` finds something; how long it may take is the test's own timeout. */
export async function until<T>(look: () => T | undefined | null | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}
