// Rows of spans, as far as they come from the spans alone (`collector/wasm/span-rows.ts`): spans go in one after another.
import type { PipelineMatcher } from './pipeline-matcher.js';
import { Rows, type Exports } from './rows.js';
import type { WasmGlobal } from './web-assembly.js';

/** Names of its columns. */
export type SpanColumn = 'values' | 'keys' | 'traceIds' | 'spanIds' | 'parentSpanIds' | 'traceStates' | 'statusMessages' | 'timestamps' | 'durations' | 'names'
  | 'attributeEnds' | 'flags' | 'droppedAttributes' | 'droppedEvents' | 'droppedLinks' | 'transactions' | 'kinds' | 'statusCodes';
interface SpanExports extends Exports {
  endBeforeStart: WasmGlobal;
  span(start: number, end: number, stamp: number): number;
}

/** What `append` says of a span: why it has no row, or its kind and what else it has. */
export const SPAN = { malformed: -1, shortId: -2, zeroId: -3, timeOutOfRange: -4, kind: 0xff, hasEvents: 1 << 8, hasLinks: 1 << 9 } as const;
const MOVED = 1 << 10;

export class SpanRows extends Rows<SpanExports, SpanColumn | 'name' | 'eventsAt' | 'linksAt'> {
  private nameAt = 0;
  private bodyBytes = 0;

  /** Begin the request whose body the context reads, which from now on reads it here. */
  override open(matcher: PipelineMatcher): void {
    const { wire } = this.context;
    const body = wire.bytes;
    this.bodyBytes = body.length;
    super.open(matcher);
    this.bytes.set(body, this.bodyAt);
  }

  /** Append the span at [start, end) of the body. Answers: `SPAN`. */
  append(start: number, end: number): number {
    const answer = this.exports.span(start + this.bodyAt, end + this.bodyAt, this.slots.version);
    if (answer < 0) this.look();
    else if ((answer & MOVED) !== 0) this.see();
    return answer;
  }

  /** Of the last span. */
  get nameStart(): number { return this.words[this.nameAt]! - this.bodyAt; }
  get nameEnd(): number { return this.words[this.nameAt + 1]! - this.bodyAt; }

  /** Spans that ended before they began. */
  get endBeforeStart(): number { return this.exports.endBeforeStart.value; }

  protected override see(): void {
    super.see();
    this.nameAt = this.address('name') >>> 2;
    this.context.wire.moveTo(this.bytes.subarray(this.bodyAt, this.bodyAt + this.bodyBytes));
  }
}
