// The OpenTelemetry Collector as a peer: found by `OTELCOL=path`, or built once with Go and kept in the temporary folder.
// It is given the same cores, the same bytes and, where it stores, the same engine as our collector.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { cpuSeconds, residentMiB, sleep, start, stop } from '../processes.mjs';

export const OTELCOL_VERSION = '0.161.0';
const READY_TRIES = 100;

/** A Collector's binary, or the sentence that says why there is none: `{ binary }` or `{ missing }`. */
export function findOtelcol(env = process.env) {
  if (env.OTELCOL) return fs.existsSync(env.OTELCOL) ? { binary: env.OTELCOL } : { missing: `OTELCOL names ${env.OTELCOL}, which does not exist` };
  const dir = path.join(os.tmpdir(), `narrows-otelcol-${OTELCOL_VERSION}`);
  const binary = path.join(dir, 'build/otelcol');
  if (fs.existsSync(binary)) return { binary };
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
  } catch (error) {
    if (error.code === 'ENOENT') return { missing: 'no Go on this machine, and OTELCOL names no built Collector' };
    throw error;
  }
  process.stderr.write(`building the OpenTelemetry Collector ${OTELCOL_VERSION} into ${dir}; this is done once\n`);
  const config = path.join(import.meta.dirname, 'otelcol-builder.yaml');
  fs.mkdirSync(dir, { recursive: true });
  execFileSync('go', ['run', `go.opentelemetry.io/collector/cmd/builder@v${OTELCOL_VERSION}`, '--config', config], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'], env: { ...env, CGO_ENABLED: '0' } });
  return { binary };
}

export class MeasuredOtelcol {
  key = '';
  #child;
  #port;
  #words = '';

  /** `config`: a file beside this one. Errors: its own last words. */
  static async start(binary, config, env = {}) {
    const otelcol = new MeasuredOtelcol();
    otelcol.#port = await freePort();
    otelcol.#child = start(binary, ['--config', path.join(import.meta.dirname, config)], { env: { ...process.env, OTLP_ENDPOINT: `127.0.0.1:${otelcol.#port}`, ...env } });
    otelcol.#child.stdout.resume();
    otelcol.#child.stderr.on('data', (chunk) => { otelcol.#words = (otelcol.#words + chunk).slice(-2_000); });
    for (let tries = 0; !await answers(otelcol.#port); tries++) {
      if (tries === READY_TRIES || otelcol.#child.exitCode !== null) throw new Error(`the OpenTelemetry Collector does not listen: ${otelcol.#words}`);
      await sleep(100);
    }
    return otelcol;
  }

  get words() { return this.#words; }
  endpoint(signal) { return `http://127.0.0.1:${this.#port}/v1/${signal}`; }
  cpu() { return { collector: cpuSeconds(this.#child.pid), store: 0 }; }
  resident() { return residentMiB(this.#child.pid); }
  async stop() { await stop(this.#child); }
  async remove() { await stop(this.#child, 0); }
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
