// Shapes of `request-body.mjs`, which runs without a build step.
export interface Payload { bytes: Buffer; marks: { kind: 'traceId' | 'spanId' | 'time'; at: number; index: number }[]; items: number; traces: number }
export declare function makePayloads(options: { signal: 'traces' | 'metrics' | 'logs'; seed: number; items: number; count: number }): Payload[];
export declare class RequestBody {
  readonly bytes: Buffer;
  readonly items: number;
  constructor(payload: Payload, seed: number);
  fill(ordinal: number, nowMs: number): void;
}
