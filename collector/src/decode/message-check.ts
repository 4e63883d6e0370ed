// Reads over a message that is not stored (beyond a limit, of a refused item, replaced by a later value) and refuses the
// request where it is malformed: whether a body is OTLP must not depend on which parts of it are kept. Only such parts come
// this way; what is stored is checked while it is read.
import { LIMITS, NarrowsError } from '@narrows/contract';
import { wireTypeOf, type MessageSchema, type SchemaField } from './otlp-schema.js';
import { BYTES, VARINT, type WireReader } from './wire-reader.js';

/**
 * Walk the message at [start, end) of the body and everything in it. `depth` counts the AnyValues around it.
 *
 * Errors: DECODE_TRUNCATED, DECODE_MALFORMED, DECODE_TOO_DEEP
 */
export function checkMessage(wire: WireReader, schema: MessageSchema, start: number, end: number, depth = 0): void {
  const inner = schema.nests ? depth + 1 : depth;
  if (inner > LIMITS.anyValueDepthMax) throw new NarrowsError('DECODE_TOO_DEEP', `a value is nested deeper than ${LIMITS.anyValueDepthMax} levels at byte ${start}`);
  wire.pos = start;
  while (wire.pos < end) {
    const tag = wire.tag(end);
    const field = schema.fieldsByNumber.get(tag >>> 3);
    if (field === undefined) wire.skip(tag, end, 0);
    else if ((tag & 7) === wireTypeOf(field)) checkField(wire, field, tag, end, inner);
    else if ((tag & 7) === ELEMENT_WIRE_TYPES[field.kind]) wire.skip(tag, end, 0);
    else throw wire.malformed(`${schema.name}: field ${field.number} has wire type ${tag & 7}`);
  }
}

/** Numbers of a packed field that come one by one. */
const ELEMENT_WIRE_TYPES: Partial<Record<SchemaField['kind'], number>> = { packedFixed64: 1, packedDouble: 1, packedUint64: VARINT };

function checkField(wire: WireReader, field: SchemaField, tag: number, end: number, depth: number): void {
  if ((tag & 7) !== BYTES) { wire.skip(tag, end, 0); return; }
  const fieldEnd = wire.fieldEnd(end);
  if (field.message !== undefined) checkMessage(wire, field.message, wire.pos, fieldEnd, depth);
  else if (field.kind === 'packedUint64') while (wire.pos < fieldEnd) wire.varint(fieldEnd);
  else if (ELEMENT_WIRE_TYPES[field.kind] !== undefined && (fieldEnd - wire.pos) % 8 !== 0) throw wire.malformed('packed 64-bit numbers of another length');
  wire.pos = fieldEnd;
}
