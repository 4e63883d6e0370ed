// One record of a segment file: one decoded request with all its column blocks, under two checksums, so that a request
// is recovered whole or not at all. The header's own checksum makes its length trustworthy: a record with a spoilt body
// is stepped over, and behind a spoilt header the next one is found by its magic. Layout: DESIGN.md.
import { crc32 } from 'node:zlib';
import { RELAY_TABLES, TABLES, type ColumnBlock, type DecodedRequest, type RelayOrigin, type SpoolTable } from '@narrows/contract';
import xxhash from 'xxhash-wasm';

const { h64Raw } = await xxhash();

export const RECORD_HEADER_BYTES = 48;
const MAGIC = Buffer.from('NRWS', 'latin1');
/** A record that a relay forwarded names its origin, and is of the second version; one of several requests names these, and is of the third. */
const VERSION = { plain: 1, withOrigin: 2, bundle: 3 } as const;
const AT = { version: 4, blocks: 6, batchId: 8, receivedAtMs: 16, bodyBytes: 24, padding: 28, bodyChecksum: 32, headerHash: 40 } as const;

export interface SpoolRecord {
  offset: number;
  /** Header, body and what stands behind it. */
  byteLength: number;
  agency: string;
  batchId: bigint;
  receivedAtMs: number;
  origin?: RelayOrigin | undefined;
  /** Of a bundle: the requests in it. */
  bundled?: readonly { batchId: bigint }[] | undefined;
  /** Views into the bytes that were scanned. */
  blocks: ColumnBlock[];
}

/** Bytes between two good records. `torn`: the file ends inside the record, as a crash leaves it. */
export interface RecordGap { from: number; to: number; kind: 'torn' | 'corrupt' }

export type EncodableRequest = Pick<DecodedRequest, 'agency' | 'batchId' | 'receivedAtMs' | 'origin' | 'blocks' | 'bundled'>;

/** The requests whose rows these are, by their bytes. */
export function batchIdsOf({ batchId, bundled }: { batchId: bigint; bundled?: readonly { batchId: bigint }[] | undefined }): readonly bigint[] {
  return bundled ? bundled.map((request) => request.batchId) : [batchId];
}

/** One record as it goes to the disk: its head, and behind it the blocks as they are, which are not copied. */
export interface EncodedRecord { pieces: readonly Uint8Array[]; byteLength: number }

/** Encode one request as one record. Its blocks must not change before the record is on the disk. */
export function encodeRecord(request: EncodableRequest): EncodedRecord {
  const agency = Buffer.from(request.agency, 'utf8');
  const relay = Buffer.from(request.origin?.relay ?? '', 'utf8');
  const { bundled } = request;
  const ownersBytes = 2 + agency.length + (request.origin ? 2 + relay.length + 8 : 0) + (bundled ? 2 + bundled.length * 8 : 0);
  const directoryBytes = request.blocks.reduce((sum, block) => sum + 1 + block.table.length + 8, ownersBytes);
  const bodyBytes = request.blocks.reduce((sum, block) => sum + block.bytes.byteLength, directoryBytes);
  const head = Buffer.allocUnsafe(RECORD_HEADER_BYTES + directoryBytes);

  let at = head.writeUInt16LE(agency.length, RECORD_HEADER_BYTES);
  at += agency.copy(head, at);
  if (request.origin) {
    at = head.writeUInt16LE(relay.length, at);
    at += relay.copy(head, at);
    at = head.writeBigUInt64LE(BigInt(request.origin.sequence), at);
  }
  if (bundled) {
    at = head.writeUInt16LE(bundled.length, at);
    for (const { batchId } of bundled) at = head.writeBigUInt64LE(BigInt.asUintN(64, batchId), at);
  }
  for (const block of request.blocks) {
    at = head.writeUInt8(block.table.length, at);
    at += head.write(block.table, at, 'latin1');
    at = head.writeUInt32LE(block.rows, at);
    at = head.writeUInt32LE(block.bytes.byteLength, at);
  }

  MAGIC.copy(head, 0);
  head.writeUInt16LE(versionOf(request), AT.version);
  head.writeUInt16LE(request.blocks.length, AT.blocks);
  head.writeBigUInt64LE(BigInt.asUintN(64, request.batchId), AT.batchId);
  head.writeBigUInt64LE(BigInt(Math.max(0, Math.floor(request.receivedAtMs))), AT.receivedAtMs);
  head.writeUInt32LE(bodyBytes, AT.bodyBytes);
  head.writeUInt32LE(0, AT.padding);
  const checksum = request.blocks.reduce((crc, block) => crc32(block.bytes, crc), crc32(head.subarray(RECORD_HEADER_BYTES)));
  head.writeBigUInt64LE(BigInt(checksum), AT.bodyChecksum);
  head.writeBigUInt64LE(h64Raw(head.subarray(0, AT.headerHash)), AT.headerHash);
  return { pieces: [head, ...request.blocks.map(({ bytes }) => bytes)], byteLength: RECORD_HEADER_BYTES + bodyBytes };
}

/** The same record with so many zeros behind it, so that the next one begins where the disk wants it. */
export function paddedRecord({ pieces: [head, ...blocks], byteLength }: EncodedRecord, padding: number): EncodedRecord {
  if (padding === 0) return { pieces: [head!, ...blocks], byteLength };
  const padded = Buffer.from(head!);
  padded.writeUInt32LE(padding, AT.padding);
  padded.writeBigUInt64LE(h64Raw(padded.subarray(0, AT.headerHash)), AT.headerHash);
  return { pieces: [padded, ...blocks, Buffer.alloc(padding)], byteLength: byteLength + padding };
}

/**
 * Find every good record of a segment, and the gaps between them.
 *
 * Cost: one pass over the bytes; behind a spoilt header, one more search for the next magic.
 */
export function scanRecords(bytes: Buffer): { records: SpoolRecord[]; gaps: RecordGap[] } {
  const records: SpoolRecord[] = [];
  const gaps: RecordGap[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = readRecord(bytes, at);
    if (typeof found === 'object') {
      records.push(found);
      at += found.byteLength;
      continue;
    }
    const next = found === 'spoilt body' ? recordEnd(bytes, at) : nextRecordOffset(bytes, at + 1);
    gaps.push({ from: at, to: next, kind: found === 'cut short' && next === bytes.length ? 'torn' : 'corrupt' });
    at = next;
  }
  return { records, gaps };
}

function bodyEnd(bytes: Buffer, at: number): number { return at + RECORD_HEADER_BYTES + bytes.readUInt32LE(at + AT.bodyBytes); }
function recordEnd(bytes: Buffer, at: number): number { return bodyEnd(bytes, at) + bytes.readUInt32LE(at + AT.padding); }

function hasHeader(bytes: Buffer, at: number): boolean {
  return at + RECORD_HEADER_BYTES <= bytes.length
    && bytes.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) === 0
    && bytes.readBigUInt64LE(at + AT.headerHash) === h64Raw(bytes.subarray(at, at + AT.headerHash))
    && isKnownVersion(bytes.readUInt16LE(at + AT.version));
}

function versionOf({ origin, bundled }: EncodableRequest): number {
  if (origin && bundled) throw new TypeError('what a relay forwards is not bundled');
  return origin ? VERSION.withOrigin : bundled ? VERSION.bundle : VERSION.plain;
}
function isKnownVersion(version: number): boolean { return Object.values<number>(VERSION).includes(version); }

function nextRecordOffset(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(MAGIC, from); at !== -1; at = bytes.indexOf(MAGIC, at + 1)) {
    if (hasHeader(bytes, at)) return at;
  }
  return bytes.length;
}

function readRecord(bytes: Buffer, at: number): SpoolRecord | 'cut short' | 'spoilt header' | 'spoilt body' {
  if (at + RECORD_HEADER_BYTES > bytes.length) return 'cut short';
  if (!hasHeader(bytes, at)) return 'spoilt header';
  const end = recordEnd(bytes, at);
  if (end > bytes.length) return 'cut short';
  const body = bytes.subarray(at + RECORD_HEADER_BYTES, bodyEnd(bytes, at));
  if (BigInt(crc32(body)) !== bytes.readBigUInt64LE(at + AT.bodyChecksum)) return 'spoilt body';
  const content = readBody(body, bytes.readUInt16LE(at + AT.blocks), bytes.readUInt16LE(at + AT.version));
  if (content === null) return 'spoilt body';
  return {
    offset: at,
    byteLength: end - at,
    batchId: bytes.readBigUInt64LE(at + AT.batchId),
    receivedAtMs: Number(bytes.readBigUInt64LE(at + AT.receivedAtMs)),
    ...content,
  };
}

/** Null for a table that this version does not know: the record is set aside, never loaded by halves. */
function readBody(body: Buffer, blockCount: number, version: number): Pick<SpoolRecord, 'agency' | 'origin' | 'bundled' | 'blocks'> | null {
  let at = 2 + body.readUInt16LE(0);
  const agency = body.toString('utf8', 2, at);
  let origin: RelayOrigin | undefined;
  let bundled: { batchId: bigint }[] | undefined;
  if (version === VERSION.withOrigin) {
    const relayEnd = at + 2 + body.readUInt16LE(at);
    origin = { relay: body.toString('utf8', at + 2, relayEnd), sequence: Number(body.readBigUInt64LE(relayEnd)) };
    at = relayEnd + 8;
  } else if (version === VERSION.bundle) {
    const idsFrom = at + 2;
    bundled = Array.from({ length: body.readUInt16LE(at) }, (_, index) => ({ batchId: body.readBigUInt64LE(idsFrom + index * 8) }));
    at = idsFrom + bundled.length * 8;
  }
  const directory: { table: SpoolTable; rows: number; byteLength: number }[] = [];
  for (let index = 0; index < blockCount; index++) {
    const nameEnd = at + 1 + body.readUInt8(at);
    const table = body.toString('latin1', at + 1, nameEnd);
    if (!isSpoolTable(table)) return null;
    directory.push({ table, rows: body.readUInt32LE(nameEnd), byteLength: body.readUInt32LE(nameEnd + 4) });
    at = nameEnd + 8;
  }
  const blocks = directory.map(({ table, rows, byteLength }) => {
    const bytes = body.subarray(at, at + byteLength);
    at += byteLength;
    return { table, rows, bytes };
  });
  return { agency, origin, bundled, blocks };
}

const SPOOL_TABLES: ReadonlySet<string> = new Set([...Object.keys(TABLES), ...Object.values(RELAY_TABLES)]);
function isSpoolTable(name: string): name is SpoolTable { return SPOOL_TABLES.has(name); }
