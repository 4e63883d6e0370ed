import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { GuardedProcessor } from './guarded-processor.js';

test('a fault in the processor is told once, switches it off, and never reaches the application', () => {
  const told: unknown[] = [];
  let calls = 0;
  const fault = () => { calls += 1; throw new Error('ours'); };
  const processor = new GuardedProcessor({ onStart: fault, onEnding: fault, onEnd: fault, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }, (error) => told.push(error));
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test');
  tracer.startSpan('first').end();
  tracer.startSpan('second').end();
  expect([calls, told.length]).toEqual([1, 1]);
});
