// The host of `collector/wasm/`: puts a body into its memory, lets it append span after span, answers what it asks (new keys
// and names, unusual values, personal numbers), and takes its columns over when the last span is in. Its memory may grow or move
// its buffers while it works, so every view of it is made anew then. An instance that a huge request has blown up is dropped.
import { NarrowsError } from '@narrows/contract';
import { AttributeSlots } from './attribute-slots.js';
import { ByteBuffer, DECODED_BUFFER_BYTES_MAX, IntList, LOOP_BYTES_MAX } from './byte-buffer.js';
import type { KeyColumn } from './key-column.js';
import type { PipelineMatcher } from './pipeline-matcher.js';
import { mayHoldPersonalNumber } from './redact.js';
import type { RequestContext } from './request-context.js';
import { SPAN_ROWS_WASM } from './span-rows-wasm.js';
import { WebAssembly, type WasmGlobal, type WasmMemory } from './web-assembly.js';

/** Names of its columns. */
export type SpanColumn = 'values' | 'keys' | 'traceIds' | 'spanIds' | 'parentSpanIds' | 'traceStates' | 'statusMessages' | 'timestamps' | 'durations' | 'names'
  | 'attributeEnds' | 'flags' | 'droppedAttributes' | 'droppedEvents' | 'droppedLinks' | 'transactions' | 'kinds' | 'statusCodes';
interface Exports extends Record<SpanColumn | 'powersOfTen' | 'name' | 'eventsAt' | 'linksAt' | 'endBeforeStart', WasmGlobal> {
  memory: WasmMemory;
  open(bytes: number): number;
  span(start: number, end: number, stamp: number): number;
  room(column: number, bytes: number): number;
  roomForSlots(count: number): number;
  setKey(number: number, slot: number): void;
  forgetKeys(): void;
}

/** What `append` says of a span: why it has no row, or its kind and what else it has. */
export const SPAN = { malformed: -1, shortId: -2, zeroId: -3, timeOutOfRange: -4, kind: 0xff, hasEvents: 1 << 8, hasLinks: 1 << 9 } as const;
const MOVED = 1 << 10;
/** In place of the number of a key that comes for the first time: most of those that a hostile sender makes up never come again. */
const NOT_LEARNT = 0xffff_ffff;
/** What an instance may keep for the next request. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/** What of a span is somebody else's. */
export interface SpanHost {
  /** Index of the name at [start, end) of the body in its dictionary. */
  nameIndex(start: number, end: number): number;
  /** Whether the ids of the links at these positions are absent or whole. */
  linksAreWhole(positions: IntList): boolean;
}

let compiled: object | undefined;
let powersOfTen: Uint8Array | undefined;

/** What `collector/wasm/double.ts` wants to know of the powers of ten: the highest 126 bits of each, rounded up, in two halves. */
const POWERS = { min: -292, count: 617 } as const;
function readPowersOfTen(): Uint8Array {
  const powers = new BigUint64Array(2 * POWERS.count);
  for (let i = 0, k: number = POWERS.min; i < powers.length; i += 2, k++) {
    const shift = Math.floor(k * Math.log2(10)) - 125;
    const [above, below] = [10n ** BigInt(Math.max(k, 0)) << BigInt(Math.max(-shift, 0)), 10n ** BigInt(Math.max(-k, 0)) << BigInt(Math.max(shift, 0))];
    const power = above / below + 1n;
    powers[i] = power >> 63n;
    powers[i + 1] = power & 0x7fff_ffff_ffff_ffffn;
  }
  return new Uint8Array(powers.buffer);
}

export class SpanRows {
  private readonly values: { bytes: Uint8Array } = { bytes: new Uint8Array(0) };
  /** The values of the last span that somebody asks for. */
  readonly slots = new AttributeSlots(this.values);
  private exports!: Exports;
  private bytes = new Uint8Array(0);
  private words = new Uint32Array(0);
  private readonly addressOf = new Map<string, number>();
  private nameAt = 0;
  private valuesAt = 0;
  private slotsAt = 0;
  private slotCount = 0;
  private keyGeneration = -1;
  private bodyAt = 0;
  private bodyBytes = 0;
  private readonly cleaned = new ByteBuffer(1024);
  private readonly positions = new IntList();

  /** `keys`: those of the attributes. */
  constructor(private readonly context: RequestContext, private readonly keys: KeyColumn, private readonly host: SpanHost) {}

  /** Begin the request whose body the context reads, which from now on reads it here. */
  open({ asked }: PipelineMatcher): void {
    const { slots } = asked;
    if (this.bytes.length === 0 || this.bytes.length > KEPT_BYTES_MAX) this.instantiate();
    const { wire } = this.context;
    const body = wire.bytes;
    this.bodyBytes = body.length;
    this.bodyAt = this.exports.open(body.length);
    this.slotsAt = this.exports.roomForSlots(slots) >>> 2;
    this.slotCount = Math.max(slots, this.slotCount);
    this.see();
    this.bytes.set(body, this.bodyAt);
    this.slots.reset(asked);
    if (this.keyGeneration !== this.context.book.generation) this.exports.forgetKeys();
    this.keyGeneration = this.context.book.generation;
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
  positionsOf(what: 'eventsAt' | 'linksAt'): IntList {
    const { positions, words } = this;
    const at = this.address(what) >>> 2;
    const from = words[at]! >>> 2;
    positions.clear();
    for (let i = 0; i < words[at + 1]! >>> 2; i++) positions.push(words[from + i]! - this.bodyAt);
    return positions;
  }

  /** Spans that ended before they began. */
  get endBeforeStart(): number { return this.exports.endBeforeStart.value; }

  bytesOf(column: SpanColumn): Uint8Array<ArrayBuffer> {
    const at = this.address(column) >>> 2;
    return this.bytes.subarray(this.words[at]!, this.words[at]! + this.words[at + 1]!);
  }
  wordsOf(column: SpanColumn): Int32Array {
    const at = this.address(column) >>> 2;
    return new Int32Array(this.bytes.buffer, this.words[at]!, this.words[at + 1]! >>> 2);
  }

  private instantiate(): void {
    compiled ??= new WebAssembly.Module(Buffer.from(SPAN_ROWS_WASM, 'base64'));
    const host = {
      attribute: (start: number, end: number) => this.attribute(start, end),
      checkAttribute: (start: number, end: number) => { this.look(); this.context.attributes.checkKeyValue(start - this.bodyAt, end - this.bodyAt); },
      linksAreWhole: () => { this.look(); return this.host.linksAreWhole(this.positionsOf('linksAt')) ? 1 : 0; },
      mayHoldNumber: (start: number, end: number) => { this.look(); return mayHoldPersonalNumber(this.bytes, start, end) ? 1 : 0; },
      placeKey: (key: number) => this.placeKey(key),
      nameIndex: (start: number, end: number) => { this.look(); return this.host.nameIndex(start - this.bodyAt, end - this.bodyAt); },
      skipGroup: (field: number, at: number, end: number) => this.skipGroup(field, at, end),
      text: (column: number, start: number, end: number) => this.text(column, start, end),
      tooLarge: () => { throw new NarrowsError('REQUEST_TOO_LARGE', `one column of this request needs more than ${DECODED_BUFFER_BYTES_MAX} bytes; send fewer items a request or smaller resource attributes`); },
    };
    this.exports = new WebAssembly.Instance(compiled, { host }).exports as unknown as Exports;
    this.addressOf.clear();
    for (const [name, exported] of Object.entries(this.exports)) if (exported instanceof WebAssembly.Global) this.addressOf.set(name, exported.value);
    this.slotCount = 0;
    new Uint8Array(this.exports.memory.buffer).set(powersOfTen ??= readPowersOfTen(), this.exports.powersOfTen.value);
  }

  private address(name: string): number { return this.addressOf.get(name)!; }

  /** See the memory as it now is. */
  private see(): void {
    const { buffer } = this.exports.memory;
    if (this.bytes.buffer !== buffer) {
      this.bytes = new Uint8Array(buffer);
      this.words = new Uint32Array(buffer);
    }
    this.nameAt = this.address('name') >>> 2;
    this.valuesAt = this.address('values') >>> 2;
    this.values.bytes = this.bytes.subarray(this.words[this.valuesAt]!);
    const slots = (from: number): Int32Array => new Int32Array(buffer, (this.slotsAt + from * this.slotCount) * 4, this.slotCount);
    this.slots.useArrays(slots(0), slots(1), slots(2));
    this.context.wire.moveTo(this.bytes.subarray(this.bodyAt, this.bodyAt + this.bodyBytes));
  }

  /** The same, where it has grown since: views of the memory before are empty. */
  private look(): void { if (this.bytes.length === 0) this.see(); }

  /** An attribute with a new key or in another form than the plain ones; answers as `collector/wasm/attribute-row.ts` has it. */
  private attribute(start: number, end: number): number {
    this.look();
    const { context, slots, keys } = this;
    const { changes } = context.text;
    const { count } = context.book;
    this.cleaned.length = 0;
    const key = context.attributes.readKeyValue(keys, this.cleaned, slots, start - this.bodyAt, end - this.bodyAt);
    context.text.forgetKey();
    this.put(this.valuesAt * 4);
    this.exports.setKey(context.book.count === count ? keys.numberAt(key) : NOT_LEARNT, slots.slotOf(key));
    return key << 1 | (context.text.changes === changes ? 0 : 1);
  }

  /** A key of the book that the module knows comes for the first time in this request, or was shown to JavaScript alone. */
  private placeKey(key: number): number {
    const { context: { book, text }, keys, slots } = this;
    let index = keys.find(key);
    if (index < 0) {
      index = keys.add(book, key, text, book.raw.bytes, book.rawStart(key), book.rawEnd(key));
      slots.addKey(book, key);
    }
    this.exports.setKey(key, slots.slotOf(index));
    return index;
  }

  private text(column: number, start: number, end: number): void {
    this.look();
    const { text, wire } = this.context;
    this.cleaned.length = 0;
    text.write(this.cleaned, wire.bytes, start - this.bodyAt, end - this.bodyAt);
    this.put(column);
  }

  private put(column: number): void {
    const { cleaned } = this;
    const at = this.exports.room(column, cleaned.length);
    this.look();
    if (cleaned.length > LOOP_BYTES_MAX) { this.bytes.set(cleaned.bytes.subarray(0, cleaned.length), at); return; }
    const { bytes } = this;
    for (let i = 0; i < cleaned.length; i++) bytes[at + i] = cleaned.bytes[i]!;
  }

  private skipGroup(field: number, at: number, end: number): number {
    this.look();
    const { wire } = this.context;
    const { pos } = wire;
    wire.pos = at - this.bodyAt;
    wire.skip(field << 3 | 3, end - this.bodyAt, 0);
    const after = wire.pos + this.bodyAt;
    wire.pos = pos;
    return after;
  }
}
