// Comparing bytes four at a time: two reads for four bytes instead of eight.

/** Whether the `length` bytes at `a` of one view and at `b` of another are the same. */
export function sameWords(left: DataView, a: number, right: DataView, b: number, length: number): boolean {
  let i = 0;
  for (const last = length - 8; i <= last; i += 8) {
    if (((left.getInt32(a + i, true) ^ right.getInt32(b + i, true)) | (left.getInt32(a + i + 4, true) ^ right.getInt32(b + i + 4, true))) !== 0) return false;
  }
  for (const last = length - 4; i <= last; i += 4) if (left.getInt32(a + i, true) !== right.getInt32(b + i, true)) return false;
  for (; i < length; i++) if (left.getUint8(a + i) !== right.getUint8(b + i)) return false;
  return true;
}
