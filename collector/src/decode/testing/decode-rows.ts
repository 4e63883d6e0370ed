// Decodes one request in a test and hands back its rows by table. Requests can be written as OTLP/JSON objects and sent in
// either encoding: as protobuf they go through the transcoder first.
import type { DecodedRequest, Encoding, PipelineDefinition, Signal } from '@narrows/contract';
import { createDecoder } from '../decoder.js';
import { transcodeJson } from '../json-transcoder.js';
import { readNativeBlock, type Row } from './native-reader.js';

export const RECEIVED_AT_MS = 1_795_334_400_123;
export const BATCH_ID = 0xfedc_ba98_7654_3210n;

export interface DecodedRows { decoded: DecodedRequest; rows: Row[]; byTable: Record<string, Row[]> }

export function decodeBytes(signal: Signal, bytes: Uint8Array, encoding: Encoding = 'protobuf', pipelines: readonly PipelineDefinition[] = []): DecodedRows {
  const decoder = createDecoder({ pipelines: () => pipelines });
  const decoded = decoder.decode({ agency: 'kdca', signal, encoding, bytes, receivedAtMs: RECEIVED_AT_MS, batchId: BATCH_ID });
  const byTable: Record<string, Row[]> = {};
  for (const block of decoded.blocks) byTable[block.table] = readNativeBlock(block.bytes);
  return { decoded, rows: Object.values(byTable).flat(), byTable };
}

/** Protobuf bytes of an OTLP/JSON object. */
export const protobufOf = (signal: Signal, request: object): Uint8Array => transcodeJson(signal, Buffer.from(JSON.stringify(request))).bytes;

export const decodeObject = (signal: Signal, request: object, pipelines: readonly PipelineDefinition[] = []): DecodedRows =>
  decodeBytes(signal, protobufOf(signal, request), 'protobuf', pipelines);

export type JsonAttribute = { key: string; value: object };
export const attributesOf = (values: Record<string, string>): JsonAttribute[] => Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** A whole request around one span of a service. */
export const spanRequest = (span: object, service = 'identity'): object => ({
  resourceSpans: [{
    resource: { attributes: attributesOf({ 'service.name': service, 'service.instance.id': `${service}-1` }) },
    scopeSpans: [{ scope: { name: 'http', version: '1.0' }, spans: [{ ...SPAN, ...span }] }],
  }],
});
export const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'GET /', kind: 2,
  startTimeUnixNano: '1795334400000000001', endTimeUnixNano: '1795334400250000002',
};
