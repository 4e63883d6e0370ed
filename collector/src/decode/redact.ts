// Personal data on its way through decode: the collector's names for what `contract/src/personal-data.ts` finds and masks, and the
// way it takes through values that are bytes. Nearly every text costs the first look only; the rest is decoded and masked there.
import { isUtf8 } from 'node:buffer';

export { mayHoldPersonalData as mayHoldPersonalNumber, maskPersonalData as maskPersonalNumbers, maskPersonalInteger } from '@narrows/contract/personal-data';

/** Mask numbers inside a byte string. Base64, as which it is stored, would hide them from every later search. */
export function maskBytes(bytes: Buffer, mask: (text: string) => string): Buffer {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return Buffer.from(mask(bytes.toString(encoding)), encoding);
}
