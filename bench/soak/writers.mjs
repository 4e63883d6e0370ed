// Writers that behave as agents do: each sends a request until it is answered with 200, the same bytes again after every
// other answer and every broken connection, and then the next. Sometimes a request that was answered long ago comes once
// more. One of them is a relay. What was acknowledged is kept by number, so that the store can be asked for exactly that.
import { setTimeout as delay } from 'node:timers/promises';

export const ITEMS_PER_REQUEST = 40;
const PAUSE_MS = 25;
const RETRY_MS = 60;
const ANSWER_MS_MAX = 8_000;
const SIGNALS = ['traces', 'traces', 'traces', 'metrics', 'logs', 'traces'];

export class Writer {
  /** Requests acknowledged so far: all numbers below. */
  acknowledged = 0;
  repeated = 0;
  refused = 0;
  #options;
  #stopped = false;
  #answered = [];

  /** `endpoint()` is where the collector listens now; the last writer is a relay. */
  constructor(options) {
    this.#options = options;
    this.signal = SIGNALS[options.index % SIGNALS.length];
    this.running = this.#run();
  }

  stop() { this.#stopped = true; return this.running; }

  async #run() {
    const { random } = this.#options;
    while (!this.#stopped) {
      const request = { number: this.acknowledged, bytes: JSON.stringify(bodyOf(this.signal, this.#options.index, this.acknowledged, Date.now())) };
      await this.#sendUntilTaken(request);
      this.acknowledged++;
      this.#answered.push(request);
      if (this.#answered.length > 200) this.#answered.shift();
      if (random.fraction() < 0.15) {
        await this.#sendUntilTaken(random.pick(this.#answered));
        this.repeated++;
      }
      await delay(PAUSE_MS);
    }
  }

  async #sendUntilTaken({ number, bytes }) {
    const { endpoint, key, index, relay } = this.#options;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    if (relay) Object.assign(headers, { 'x-narrows-relay': `soak-${index}`, 'x-narrows-sequence': String(number + 1) });
    for (;;) {
      try {
        const response = await fetch(`${endpoint()}/v1/${this.signal}`, { method: 'POST', headers, body: bytes, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
        const text = await response.text();
        if (response.status === 200) return;
        if (response.status < 429) throw new Error(`${response.status} ${text}`);
        this.refused++;
      } catch (error) {
        // Broken, refused or too late: whether it was taken is not known, so it is sent again. Anything else is a fault of the soak.
        if (!(error instanceof TypeError) && error.name !== 'TimeoutError') throw error;
      }
      await delay(RETRY_MS);
    }
  }
}

/** Where an item comes from: writer, request, item, as the 16 hex digits of a span id. */
const idOf = (writer, number, item) => `${hex(writer + 1, 4)}${hex(number, 8)}${hex(item, 4)}`;
const hex = (value, digits) => value.toString(16).padStart(digits, '0');
const attributes = (values) => Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: String(value) } }));
const nano = (ms) => `${Math.round(ms)}000000`;

function bodyOf(signal, writer, number, nowMs) {
  const resource = { attributes: attributes({ 'service.name': ['identity', 'booking', 'web'][writer % 3], 'service.instance.id': `w${writer}` }) };
  const items = Array.from({ length: ITEMS_PER_REQUEST }, (_, item) => ITEM_OF[signal](idOf(writer, number, item), item, nowMs - item * 10));
  if (signal === 'traces') return { resourceSpans: [{ resource, scopeSpans: [{ spans: items }] }] };
  if (signal === 'logs') return { resourceLogs: [{ resource, scopeLogs: [{ logRecords: items }] }] };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [
    { name: 'narrows.active.begun', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: items.slice(0, ITEMS_PER_REQUEST / 2) } },
    { name: 'narrows.active.transactions', gauge: { dataPoints: items.slice(ITEMS_PER_REQUEST / 2) } },
  ] }] }] };
}

const ITEM_OF = {
  traces: (id, item, endMs) => ({
    traceId: id + id, spanId: id, name: 'POST /reservations', kind: item % 4 === 3 ? 3 : 2,
    startTimeUnixNano: nano(endMs - (item * 37) % 3_000), endTimeUnixNano: nano(endMs), status: item % 9 === 0 ? { code: 2 } : {},
    attributes: attributes({
      'booking.step': ['identity', 'booking'][item % 2], 'identity.channel': ['pass-skt', 'kcb', 'naver'][item % 3], 'enduser.pseudo.id': `p${item % 13}`, 'session.id': `s${item % 17}`,
      'booking.outcome': ['reserved', 'sold-out'][item % 2], ...(item % 4 === 3 ? { 'db.system.name': 'postgresql', 'server.address': 'db' } : {}),
    }),
  }),
  logs: (id, item, atMs) => ({ timeUnixNano: nano(atMs), severityNumber: 9, severityText: 'INFO', body: { stringValue: `line ${item}` }, traceId: id + id, spanId: id }),
  metrics: (id, item, atMs) => ({
    timeUnixNano: nano(atMs), startTimeUnixNano: nano(atMs - 1_000), asDouble: item % 7,
    attributes: attributes({ 'soak.id': id, 'narrows.operation': 'POST /reservations', 'narrows.age_band': '0-3s', 'narrows.active.state': 'sql', 'narrows.span.kind': 'server' }),
  }),
};
