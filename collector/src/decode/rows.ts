// The host of `collector/wasm/`: puts a body into its memory, answers what it asks (new keys and names, unusual values, personal
// numbers), and shows its columns when the last item is in. Its memory may grow or move its buffers while it works, so every view of
// it is made anew then. An instance that a huge request has blown up is dropped. `span-rows.ts` and `point-rows.ts` let it append items.
import { NarrowsError } from '@narrows/contract';
import { AttributeSlots } from './attribute-slots.js';
import { ByteBuffer, DECODED_BUFFER_BYTES_MAX, IntList, LOOP_BYTES_MAX } from './byte-buffer.js';
import type { KeyColumn } from './key-column.js';
import type { PipelineMatcher } from './pipeline-matcher.js';
import { mayHoldPersonalNumber } from './redact.js';
import type { RequestContext } from './request-context.js';
import { ROWS_WASM } from './rows-wasm.js';
import { WebAssembly, type WasmMemory } from './web-assembly.js';

/** What every instance exports, beside what is said by its address. */
export interface Exports {
  memory: WasmMemory;
  open(bytes: number): number;
  room(column: number, bytes: number): number;
  roomForSlots(count: number): number;
  setKey(number: number, slot: number): void;
  forgetKeys(): void;
}

/** In place of the number of a key that comes for the first time: most of those that a hostile sender makes up never come again. */
const NOT_LEARNT = 0xffff_ffff;
/** What an instance may keep for the next request. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/** What of an item is somebody else's. */
export interface RowsHost {
  /** Index of a span's name at [start, end) of the body in its dictionary. */
  nameIndex?(start: number, end: number): number;
  /** Whether the ids of the messages at these positions, a span's links or a point's exemplars, are absent or whole. */
  idsAreWhole(positions: IntList): boolean;
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

/** An instance, from its first request on. `Name`: what of its memory is read. */
export abstract class Rows<Own extends Exports, Name extends string> {
  private readonly values: { bytes: Uint8Array } = { bytes: new Uint8Array(0) };
  /** The values of the last item that somebody asks for. */
  readonly slots = new AttributeSlots(this.values);
  protected exports!: Own;
  protected bytes = new Uint8Array(0);
  protected words = new Uint32Array(0);
  protected bodyAt = 0;
  private readonly addressOf = new Map<string, number>();
  private valuesAt = 0;
  private slotsAt = 0;
  private slotCount = 0;
  private keyGeneration = -1;
  private readonly cleaned = new ByteBuffer(1024);
  private readonly positions = new IntList();

  /** `keys`: those of the attributes. */
  constructor(protected readonly context: RequestContext, private readonly keys: KeyColumn, private readonly host: RowsHost) {}

  /** Begin the request whose body the context reads; `take` brings of it what is to be read here. */
  open({ asked }: PipelineMatcher): void {
    const { slots } = asked;
    if (this.bytes.length === 0 || this.bytes.length > KEPT_BYTES_MAX) this.instantiate();
    this.bodyAt = this.exports.open(this.context.wire.bytes.length);
    this.slotsAt = this.exports.roomForSlots(slots) >>> 2;
    this.slotCount = Math.max(slots, this.slotCount);
    this.see();
    this.slots.reset(asked);
    if (this.keyGeneration !== this.context.book.generation) this.exports.forgetKeys();
    this.keyGeneration = this.context.book.generation;
  }

  /** Give back what a huge request has blown up, before another one opens this. */
  shrink(): void {
    if (this.bytes.length <= KEPT_BYTES_MAX) return;
    this.instantiate();
    this.see();
  }

  /** What stands at [start, end) of the body is going to be read: at the same place of the room that was made for all of it. */
  take(start: number, end: number): void { this.bytes.set(this.context.wire.bytes.subarray(start, end), this.bodyAt + start); }

  /** Where messages inside the last item stand in the body. */
  positionsOf(what: Name): IntList { return this.positionsAt(this.address(what)); }

  bytesOf(column: Name): Uint8Array<ArrayBuffer> {
    const at = this.address(column) >>> 2;
    return this.bytes.subarray(this.words[at]!, this.words[at]! + this.words[at + 1]!);
  }
  wordsOf(column: Name): Int32Array {
    const at = this.address(column) >>> 2;
    return new Int32Array(this.bytes.buffer, this.words[at]!, this.words[at + 1]! >>> 2);
  }

  /** Of a buffer or of numbers. */
  protected address(name: Name | 'values' | 'powersOfTen'): number { return this.addressOf.get(name)!; }

  /** See the memory as it now is. */
  protected see(): void {
    const { buffer } = this.exports.memory;
    if (this.bytes.buffer !== buffer) {
      this.bytes = new Uint8Array(buffer);
      this.words = new Uint32Array(buffer);
    }
    this.valuesAt = this.address('values') >>> 2;
    this.values.bytes = this.bytes.subarray(this.words[this.valuesAt]!);
    const slots = (from: number): Int32Array => new Int32Array(buffer, (this.slotsAt + from * this.slotCount) * 4, this.slotCount);
    this.slots.useArrays(slots(0), slots(1), slots(2));
  }

  /** The same, where it has grown since: views of the memory before are empty. */
  protected look(): void { if (this.bytes.length === 0) this.see(); }

  private positionsAt(address: number): IntList {
    const { positions, words } = this;
    const at = address >>> 2;
    const from = words[at]! >>> 2;
    positions.clear();
    for (let i = 0; i < words[at + 1]! >>> 2; i++) positions.push(words[from + i]! - this.bodyAt);
    return positions;
  }

  private instantiate(): void {
    compiled ??= new WebAssembly.Module(Buffer.from(ROWS_WASM, 'base64'));
    const host = {
      attribute: (start: number, end: number) => this.attribute(start, end),
      checkAttribute: (start: number, end: number) => { this.look(); this.context.attributes.checkKeyValue(start - this.bodyAt, end - this.bodyAt); },
      idsAreWhole: (positions: number) => { this.look(); return this.host.idsAreWhole(this.positionsAt(positions)) ? 1 : 0; },
      mayHoldNumber: (start: number, end: number) => { this.look(); return mayHoldPersonalNumber(this.bytes, start, end) ? 1 : 0; },
      placeKey: (key: number) => this.placeKey(key),
      nameIndex: (start: number, end: number) => { this.look(); return this.host.nameIndex!(start - this.bodyAt, end - this.bodyAt); },
      skipGroup: (field: number, at: number, end: number) => this.skipGroup(field, at, end),
      text: (column: number, start: number, end: number) => this.text(column, start, end),
      tooLarge: () => { throw new NarrowsError('REQUEST_TOO_LARGE', `one column of this request needs more than ${DECODED_BUFFER_BYTES_MAX} bytes; send fewer items a request or smaller resource attributes`); },
    };
    this.exports = new WebAssembly.Instance(compiled, { host }).exports as unknown as Own;
    this.addressOf.clear();
    for (const [name, exported] of Object.entries(this.exports as object)) if (exported instanceof WebAssembly.Global) this.addressOf.set(name, exported.value);
    this.slotCount = 0;
    new Uint8Array(this.exports.memory.buffer).set(powersOfTen ??= readPowersOfTen(), this.address('powersOfTen'));
  }

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
