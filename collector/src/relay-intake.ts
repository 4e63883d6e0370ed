// The relay's own pipeline, as short as it is: receive → redact → spool. A request is answered when its redacted bytes are
// on disk; not one byte of it was there before. What the doors count about requests is kept here as well.
import { RELAY_TABLES, SIGNALS, type AdmittedRequest, type ErrorCode, type IngestResult, type Signal } from '@narrows/contract';
import type { OtlpRedactor } from './decode/otlp-redactor.js';
import { CounterSet, type MetricFamily } from './metric-family.js';
import type { ReceiveCounters } from './receive/entrance.js';
import type { Spool } from './spool/spool.js';

export class RelayIntake implements ReceiveCounters {
  readonly #counters = new CounterSet();

  constructor(readonly redactor: OtlpRedactor, readonly spool: Pick<Spool, 'append'>) {
    // A counter that nothing has raised yet is 0, and not missing.
    for (const signal of SIGNALS) for (const name of ['requests', 'items', 'duplicates'] as const) this.#add(name, signal, 0);
  }

  /** The doors' `next`. Errors: those of decode (nothing is kept) and of the spool (nothing was acknowledged). */
  async accept({ agency, signal, encoding, bytes, batchId, receivedAtMs, origin }: AdmittedRequest): Promise<IngestResult> {
    const redacted = this.redactor.redact(signal, encoding, bytes);
    const { items, changed } = redacted;
    const blocks = items === 0 ? [] : [{ table: RELAY_TABLES[signal], rows: items, bytes: redacted.bytes }];
    const { duplicate } = await this.spool.append({ agency, signal, batchId, receivedAtMs, origin, blocks, accepted: items, rejected: {}, changed });
    if (!duplicate) {
      for (const [change, values] of Object.entries(changed)) {
        if (values > 0) this.#counters.add('narrows_relay_changed_values_total', 'Values redacted, cut or repaired on the way in.', { change }, values);
      }
    }
    return { accepted: items, rejected: 0, rejectedMessage: '', duplicate };
  }

  accepted(signal: Signal, _agency: string, items: number, _bytes: number, duplicate: boolean): void {
    this.#add('requests', signal, 1);
    if (duplicate) this.#add('duplicates', signal, 1);
    else this.#add('items', signal, items);
  }

  rejected(_signal: Signal | null, _agency: string | null, code: ErrorCode): void {
    this.#counters.add('narrows_relay_refused_requests_total', 'Requests of senders that were refused, by error code.', { code });
  }

  families(): MetricFamily[] { return this.#counters.families(); }

  #add(what: keyof typeof HELP, signal: Signal, by: number): void { this.#counters.add(`narrows_relay_accepted_${what}_total`, HELP[what], { signal }, by); }
}

const HELP = {
  requests: 'Requests of senders answered with 200.',
  items: 'Spans, points and records taken to disk.',
  duplicates: 'Requests whose bytes were on disk already.',
} as const;
