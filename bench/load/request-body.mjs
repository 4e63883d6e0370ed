// One body that is sent again and again: fresh ids and times are written into it in place, so that sending costs next to
// nothing beside what is measured. Ids depend on the seed and the request's ordinal only, and never meet.
import { logPayload } from './log-payload.mjs';
import { metricPayload } from './metric-payload.mjs';
import { mix } from './seeded-random.mjs';
import { spanPayload } from './span-payload.mjs';

const PAYLOADS = { traces: spanPayload, metrics: metricPayload, logs: logPayload };
const TWO_32 = 2 ** 32;

/** What distinct bodies are made from. `items` is spans, points or records a request. */
export function makePayloads({ signal, seed, items, count }) {
  return Array.from({ length: count }, (_, ordinal) => PAYLOADS[signal](seed, ordinal, items));
}

export class RequestBody {
  #view;
  #seed;
  #traceIds;
  #spanIds;
  #times;

  constructor(payload, seed) {
    this.bytes = Buffer.from(payload.bytes);
    this.items = payload.items;
    this.traces = payload.traces;
    this.#seed = mix(seed);
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    const places = (kind) => Float64Array.from(payload.marks.filter((mark) => mark.kind === kind).flatMap(({ at, index }) => [at, index]));
    [this.#traceIds, this.#spanIds, this.#times] = ['traceId', 'spanId', 'time'].map(places);
  }

  /** Write the ids of request `ordinal`, and times around `nowMs`. Two requests of one process never have the same bytes. */
  fill(ordinal, nowMs) {
    const view = this.#view;
    const seed = this.#seed;
    for (let i = 0; i < this.#traceIds.length; i += 2) {
      const at = this.#traceIds[i];
      const n = (ordinal * this.traces + this.#traceIds[i + 1]) | 0;
      view.setUint32(at, mix(n + seed) | 0x80000000); // Never zero.
      view.setUint32(at + 4, mix(n ^ 0x5bd1e995 ^ seed));
      view.setUint32(at + 8, mix(n ^ 0x27d4eb2f));
      view.setUint32(at + 12, mix(n)); // One to one, so that no two ids are the same.
    }
    for (let i = 0; i < this.#spanIds.length; i += 2) {
      const at = this.#spanIds[i];
      const n = (ordinal * this.items + this.#spanIds[i + 1]) | 0;
      view.setUint32(at, mix(n - seed) | 0x80000000);
      view.setUint32(at + 4, mix(n ^ seed));
    }
    this.#fillTimes(ordinal, nowMs);
  }

  /** A double cannot hold nanoseconds since 1970: the halves are kept apart. The ordinal stands in the last digits. */
  #fillTimes(ordinal, nowMs) {
    const nowNano = BigInt(Math.round(nowMs)) * 1_000_000n;
    const high = Number(nowNano / BigInt(TWO_32));
    const low = Number(nowNano % BigInt(TWO_32)) + ordinal % 1_000_000;
    for (let i = 0; i < this.#times.length; i += 2) {
      const at = this.#times[i];
      const value = low + Math.floor(this.#times[i + 1]);
      const carry = Math.floor(value / TWO_32);
      this.#view.setUint32(at, value - carry * TWO_32, true);
      this.#view.setUint32(at + 4, high + carry, true);
    }
  }
}
