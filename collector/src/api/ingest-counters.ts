// What the api tells of ingestion, as the collector's own counters say it. An interface, since the counters belong to
// the whole collector and the api to one of its rooms.
import type { IngestStatus, IntakeAnswer } from '@narrows/contract';

export interface IngestCounters {
  /** Of one agency, and the refused requests that no agency could be named for. */
  statusOf(agency: string): Omit<IngestStatus, 'services'>;
  /** What became of every item of one agency. */
  intakeOf(agency: string): IntakeAnswer;
  /** All of them in Prometheus' text format. */
  prometheusText(): string;
  /** The api's own part: how many live pages are open. */
  watchViewers(viewers: () => number): void;
}
