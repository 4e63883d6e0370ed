// Where spans stand in pipelines, and what they then say about person, session and outcome.
import type { PipelineDefinition } from '@narrows/contract';
import { expect, test } from 'vitest';
import { createDecoder } from './decoder.js';
import { BATCH_ID, RECEIVED_AT_MS, attributesOf, decodeObject, protobufOf, spanRequest } from './testing/decode-rows.js';
import { readNativeBlock } from './testing/native-reader.js';

const name = { ko: '이름', en: 'name' };
const vaccine: PipelineDefinition = {
  id: 'vaccine', name, person: 'user.hash', session: 'device', outcome: 'booking.outcome',
  stages: [
    { id: 'waiting-room', wait: 'deliberate', match: { service: 'waiting-room', kind: 'server' } },
    { id: 'identity', match: { attribute: { 'booking.step': 'identity' } }, channel: 'identity.channel' },
    { id: 'booking', match: { service: 'booking', route: 'POST /reservations' } },
    { id: 'registry', match: { name: 'registry lookup', kind: 'client' } },
  ],
};
const election: PipelineDefinition = { id: 'election', name, outcome: 'vote.outcome', stages: [{ id: 'vote', match: { service: 'booking' } }] };

function place(service: string, span: object, attributes: Record<string, string> = {}, pipelines = [vaccine, election]): unknown[] {
  const row = decodeObject('traces', spanRequest({ ...span, attributes: attributesOf(attributes) }, service), pipelines).rows[0]!;
  return [row.Pipeline, row.Stage, row.Channel];
}

test.each<[string, string, object, Record<string, string>, string[]]>([
  ['service and kind', 'waiting-room', { kind: 2 }, {}, ['vaccine', 'waiting-room', '']],
  ['another kind', 'waiting-room', { kind: 1 }, {}, ['', '', '']],
  ['an attribute, with the channel', 'web', {}, { 'booking.step': 'identity', 'identity.channel': 'PASS-SKT' }, ['vaccine', 'identity', 'PASS-SKT']],
  ['an attribute that comes behind the channel', 'web', {}, { 'identity.channel': 'KCB', 'booking.step': 'identity' }, ['vaccine', 'identity', 'KCB']],
  ['method and route', 'booking', {}, { 'http.request.method': 'POST', 'http.route': '/reservations' }, ['vaccine', 'booking', '']],
  ['method and route of the older conventions', 'booking', {}, { 'http.method': 'POST', 'http.route': '/reservations' }, ['vaccine', 'booking', '']],
  ['another method: the second pipeline', 'booking', {}, { 'http.request.method': 'GET', 'http.route': '/reservations' }, ['election', 'vote', '']],
  ['span name and kind', 'any', { name: 'registry lookup', kind: 3 }, {}, ['vaccine', 'registry', '']],
  ['a name that only begins so', 'any', { name: 'registry lookups', kind: 3 }, {}, ['', '', '']],
  ['an outcome, outside all stages', 'web', {}, { 'booking.outcome': 'full' }, ['vaccine', '', '']],
  ['a person in a service of the pipeline, outside its stages', 'waiting-room', { kind: 1 }, { 'user.hash': 'p1' }, ['vaccine', '', '']],
  ['a person in a service that no pipeline knows', 'web', {}, { 'user.hash': 'p1' }, ['', '', '']],
])('%s', (_name, service, span, attributes, expected) => { expect(place(service, span, attributes)).toEqual(expected); });

test('the first pipeline that matches wins', () => {
  expect(place('booking', {}, { 'http.request.method': 'POST', 'http.route': '/reservations' }, [election, vaccine])).toEqual(['election', 'vote', '']);
});

test('outcome, person, session and client are read by the names that the pipeline gives them', () => {
  const attributes = attributesOf({ 'booking.step': 'identity', 'user.hash': 'p1', device: 'd1', 'booking.outcome': 'not eligible', 'client.address': '10.1.1.1' });
  expect(decodeObject('traces', spanRequest({ attributes }), [vaccine]).rows[0]).toMatchObject({ Outcome: 'not eligible', Person: 'p1', Session: 'd1', Client: '10.1.1.1' });
});

test('without a pipeline person and session have OpenTelemetry\'s names', () => {
  const attributes = attributesOf({ 'enduser.pseudo.id': 'p1', 'session.id': 's1' });
  expect(decodeObject('traces', spanRequest({ attributes })).rows[0]).toMatchObject({ Person: 'p1', Session: 's1', Outcome: '', Pipeline: '' });
});

test('a changed list of pipelines is used from the next request on', () => {
  let pipelines: readonly PipelineDefinition[] = [];
  const decoder = createDecoder({ pipelines: () => pipelines });
  const stage = () => readNativeBlock(decoder.decode({
    agency: 'a', signal: 'traces', encoding: 'protobuf', bytes: protobufOf('traces', spanRequest({ kind: 2 }, 'waiting-room')), receivedAtMs: RECEIVED_AT_MS, batchId: BATCH_ID,
  }).blocks[0]!.bytes)[0]!.Stage;
  expect(stage()).toBe('');
  pipelines = [vaccine];
  expect(stage()).toBe('waiting-room');
});
