// A decoder whose agencies may have different kinds of personal numbers masked. What a decoder has cleaned once it takes over without
// looking again, so each set of kinds has a decoder of its own; there are few.
import { PERSONAL_DATA_KINDS, type PersonalDataKinds } from '@narrows/contract';
import { createDecoder, type Decoder, type DecoderOptions } from './decode/decoder.js';

export function createRedactingDecoder(options: Omit<DecoderOptions, 'redact'>, redactOf: (agency: string) => PersonalDataKinds): Decoder {
  const decoders = new Map<string, Decoder>();
  const decoderOf = (agency: string): Decoder => {
    const kinds = redactOf(agency);
    const name = PERSONAL_DATA_KINDS.filter((kind) => kinds.has(kind)).join(',');
    let decoder = decoders.get(name);
    if (!decoder) decoders.set(name, (decoder = createDecoder({ ...options, redact: kinds })));
    return decoder;
  };
  return {
    decode: (request) => decoderOf(request.agency).decode(request),
    decodeBundle: (requests, batchId) => decoderOf(requests[0]!.agency).decodeBundle(requests, batchId),
  };
}
