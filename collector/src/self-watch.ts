// Ties the collector's own numbers to those who keep them, and starts the report to its own store. Everything is read
// when somebody looks; nothing here runs for each request.
import type { FastifyBaseLogger } from 'fastify';
import type { IngestPipeline } from './pipeline.js';
import { ProcessMetrics } from './process-metrics.js';
import type { SelfMetrics } from './self-metrics.js';
import { SelfReport } from './self-report.js';
import type { Spool } from './spool/spool.js';
import type { Store } from './store/store.js';
import { VERSION } from './version.js';

export interface SelfWatchOptions {
  metrics: SelfMetrics;
  spool: Spool;
  store: Pick<Store, 'enginePid'>;
  pipeline: IngestPipeline;
  /** The store has not got its tables yet. */
  storeEmpty: () => boolean;
  /** Keep the metrics in the store as well; 0: do not. */
  reportEveryMs: number;
  log: FastifyBaseLogger;
  now: () => number;
}

export interface SelfWatch { close(): Promise<void> }

/** To be started before the pipeline, so that what the spool held at the start is brought forward. */
export function startSelfWatch({ metrics, spool, store, pipeline, storeEmpty, reportEveryMs, log, now }: SelfWatchOptions): SelfWatch {
  const away = (): boolean => storeEmpty() || pipeline.storeAway;
  const processes = new ProcessMetrics({ enginePid: () => store.enginePid, now });
  metrics.watchSpool(spool);
  metrics.watchStore(away);
  metrics.watch(() => processes.families());
  const own = reportEveryMs > 0 ? new SelfReport({
    everyMs: reportEveryMs, families: () => metrics.families(), accept: (request) => pipeline.accept(request), version: VERSION, now,
    hasRoom: () => !away() && spool.stats().bytes < spool.stats().bytesMax / 2,
    onError: (err) => log.warn({ err }, 'the collector could not keep its own metrics'),
  }) : null;
  return {
    close: async () => {
      await own?.close();
      processes.close();
    },
  };
}
