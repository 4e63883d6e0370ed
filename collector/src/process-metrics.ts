// What the processes cost: memory of the collector and of the embedded engine, processor time, and how late the event
// loop is. Read when somebody looks; between looks only the loop's own histogram ticks, ten times a second.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { single, type MetricFamily } from './metric-family.js';

const RESOLUTION_MS = 100;
/** A second reader within this time sees the same delays; after it, those since the last reading. */
const WINDOW_MS = 10_000;
const NANO_PER_SECOND = 1e9;

export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #enginePid: () => number | null;
  readonly #now: () => number;
  #read = { atMs: -Infinity, p99: 0, max: 0 };

  constructor({ enginePid, now }: { enginePid: () => number | null; now: () => number }) {
    this.#enginePid = enginePid;
    this.#now = now;
    this.#delay.enable();
  }

  close(): void { this.#delay.disable(); }

  families(): MetricFamily[] {
    const { user, system } = process.cpuUsage();
    const pid = this.#enginePid();
    const engineBytes = pid === null ? null : residentBytes(pid);
    const { p99, max } = this.#lateness();
    return [
      single('narrows_resident_bytes', 'gauge', 'Memory of the collector process, without the embedded engine.', process.memoryUsage.rss()),
      ...(engineBytes === null ? [] : [single('narrows_engine_resident_bytes', 'gauge', 'Memory of the embedded engine.', engineBytes)]),
      single('narrows_cpu_seconds_total', 'counter', 'Processor time of the collector process, without the embedded engine.', (user + system) / 1e6),
      single('narrows_event_loop_delay_p99_seconds', 'gauge', 'How late timers ran, 99th percentile since the reading before.', p99),
      single('narrows_event_loop_delay_max_seconds', 'gauge', 'How late a timer ran at most since the reading before.', max),
    ];
  }

  #lateness(): { p99: number; max: number } {
    if (this.#now() - this.#read.atMs >= WINDOW_MS) {
      // The histogram holds the time between two ticks, so the resolution itself is in every value. Empty, it is NaN or 0.
      const late = (nano: number): number => Math.max(0, (nano || 0) - RESOLUTION_MS * 1e6) / NANO_PER_SECOND;
      this.#read = { atMs: this.#now(), p99: late(this.#delay.percentile(99)), max: late(this.#delay.max) };
      this.#delay.reset();
    }
    return this.#read;
  }
}

/** Null where the system does not tell: it is gone, or this is not Linux. */
function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return null;
    throw error;
  }
}
