// The sampler that OTEL_TRACES_SAMPLER asks for, and a wrapper that makes spans which are not sampled record all the same:
// they are never sent, but they are seen beginning and ending, so active transactions and arrivals stay exact at any ratio.
import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, SamplingDecision, TraceIdRatioBasedSampler, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-base';

/** `name` as in OTEL_TRACES_SAMPLER; `ratio` is used by the two traceidratio samplers. */
export function createSampler(name: string, ratio: number): Sampler {
  const root = name.endsWith('always_off') ? new AlwaysOffSampler()
    : name.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

export class RecordingSampler implements Sampler {
  readonly #inner: Sampler;
  constructor(inner: Sampler) { this.#inner = inner; }

  shouldSample(context: Context, traceId: string, name: string, kind: SpanKind, attributes: Attributes, links: Link[]): SamplingResult {
    const result = this.#inner.shouldSample(context, traceId, name, kind, attributes, links);
    return result.decision === SamplingDecision.NOT_RECORD ? { ...result, decision: SamplingDecision.RECORD } : result;
  }

  toString(): string { return `Recording{${this.#inner.toString()}}`; }
}
