// A span processor of our own must never throw into the application: a fault in it switches it off for good, is told once,
// and the spans go on without it.
import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

export class GuardedProcessor implements SpanProcessor {
  readonly #inner: SpanProcessor;
  readonly #failed: (error: unknown) => void;
  #on = true;

  constructor(inner: SpanProcessor, failed: (error: unknown) => void) {
    this.#inner = inner;
    this.#failed = failed;
  }

  onStart(span: Span, parentContext: Context): void { this.#guard(() => this.#inner.onStart(span, parentContext)); }
  onEnding(span: Span): void { this.#guard(() => this.#inner.onEnding?.(span)); }
  onEnd(span: ReadableSpan): void { this.#guard(() => this.#inner.onEnd(span)); }
  forceFlush(): Promise<void> { return this.#inner.forceFlush(); }
  shutdown(): Promise<void> { return this.#inner.shutdown(); }

  #guard(action: () => void): void {
    if (!this.#on) return;
    try {
      action();
    } catch (error) {
      this.#on = false;
      this.#failed(error);
    }
  }
}
