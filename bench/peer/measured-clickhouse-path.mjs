// Collector → ClickHouse exporter → the embedded engine, measured as one: the same figures as our own collector gives.
import path from 'node:path';
import { calm, cpuSeconds, removeFolder, residentMiB, sleep, startForked, stop, temporaryFolder } from '../processes.mjs';
import { askStore } from '../store-facts.mjs';
import { MeasuredOtelcol } from './otelcol.mjs';


export class MeasuredClickHousePath {
  key = '';
  stored = { database: 'otel', sent: 'true' };
  #otelcol;
  #server;
  #facts;
  #dir = temporaryFolder('narrows-bench-peer-');

  static async start(binary) {
    const peer = new MeasuredClickHousePath();
    peer.#server = startForked(path.join(import.meta.dirname, 'clickhouse-server.mjs'), [peer.#dir]);
    peer.#facts = await new Promise((resolve, reject) => {
      peer.#server.once('message', resolve);
      peer.#server.once('exit', (code) => reject(new Error(`the peer's store ended with ${code}`)));
    });
    peer.#otelcol = await MeasuredOtelcol.start(binary, 'otelcol-clickhouse.yaml', { CLICKHOUSE_URL: peer.#facts.url });
    return peer;
  }

  endpoint(signal) { return this.#otelcol.endpoint(signal); }
  cpu() { return { collector: this.#otelcol.cpu().collector, store: cpuSeconds(this.#facts.enginePid), between: cpuSeconds(this.#server.pid) }; }
  resident() {
    const each = [this.#otelcol.resident(), residentMiB(this.#facts.enginePid)];
    return { peak: each.reduce((sum, r) => sum + r.peak, 0), now: each.reduce((sum, r) => sum + r.now, 0) };
  }

  async storedRows() {
    const response = await fetch(this.#facts.url, { method: 'POST', body: 'SELECT sum(rows) FROM system.parts WHERE active AND database = \'otel\' AND table = \'otel_traces\' FORMAT TSV' });
    return Number(await response.text());
  }

  /** Resolves when `rows` are stored, to the seconds that took. */
  async drained(rows, secondsMax = 180) {
    const began = performance.now();
    while (await this.storedRows() < rows) {
      if (performance.now() - began > secondsMax * 1_000) throw new Error(`the peer has stored ${await this.storedRows()} of ${rows} after ${secondsMax} s: ${this.#otelcol.words}`);
      await sleep(250);
    }
    return (performance.now() - began) / 1_000;
  }

  settled(secondsMax = 60) { return calm(() => this.cpu().store, secondsMax); }

  async stop() {
    await this.#otelcol.stop();
    await stop(this.#server);
  }
  ask(sql) { return askStore(path.join(this.#dir, 'store'), sql); }
  async remove() {
    await this.#otelcol.remove();
    await stop(this.#server, 0);
    removeFolder(this.#dir);
  }
}
