// What happened in one stretch of sending: a request counts in the phase in which it was sent.

export class Phase {
  #began = performance.now();
  #cpu = process.cpuUsage();
  #latenciesMs = [];
  #requests = 0;
  #items = 0;
  #bytes = 0;
  #refused = {};
  #seconds = 0;
  #cpuSeconds = 0;

  accepted(body, latencyMs) {
    this.#requests++;
    this.#items += body.items;
    this.#bytes += body.bytes.length;
    this.#latenciesMs.push(latencyMs);
  }

  /** `answer`: a status other than 200, or what became of the connection. */
  refused(answer) { this.#refused[answer] = (this.#refused[answer] ?? 0) + 1; }

  end() {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#seconds = (performance.now() - this.#began) / 1_000;
    this.#cpuSeconds = (user + system) / 1e6;
  }

  report() {
    const sorted = Float64Array.from(this.#latenciesMs).sort();
    const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
    return {
      requests: this.#requests, items: this.#items, bytes: this.#bytes, refused: this.#refused, seconds: this.#seconds, cpuSeconds: this.#cpuSeconds,
      latencyMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
    };
  }
}
