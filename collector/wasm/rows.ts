// What the host (`src/decode/rows.ts`) calls: an instance writes rows of spans or those of one kind of metric points, request after request.
import { clearRows } from './attribute-row';
import { clearColumns } from './columns';
import { Bytes, setMoved } from './memory';
import { clearSpans } from './span-rows';

export { forgetKeys, roomForSlots, setKey, values, keys } from './attribute-row';
export * from './columns';
export { powersOfTen } from './double';
export { attributesAt, exemplarsAt, points, stopped } from './point-rows';
export { endBeforeStart, eventsAt, linksAt, name, span } from './span-rows';

const body = changetype<Bytes>(memory.data(12));

/** Begin a request; returns where its body of so many bytes is to be put. */
export function open(bytes: u32): u32 {
  clearRows();
  clearColumns();
  clearSpans();
  body.length = 0;
  body.reserve(bytes);
  setMoved(true);
  return body.start;
}

/** Make room for so many bytes in a column, and count them in; returns where they are to be put. */
export function room(column: Bytes, bytes: u32): u32 {
  column.reserve(bytes);
  const at = column.start + column.length;
  column.length += bytes;
  return at;
}
