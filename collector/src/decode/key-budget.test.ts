// What a request looks like whose keys are beyond the agency's budget: nothing is lost, only the keys of the rollups end.
import { expect, test } from 'vitest';
import type { KeyColumn, PipelineDefinition } from '@narrows/contract';
import { createDecoder } from './decoder.js';
import type { KeyBudget } from './key-budget.js';
import { attributesOf, protobufOf, SPAN } from './testing/decode-rows.js';
import { readNativeBlock, type Row } from './testing/native-reader.js';

const PIPELINE: PipelineDefinition = {
  id: 'vaccine', name: { ko: '백신', en: 'Vaccine' }, outcome: 'booking.outcome',
  stages: [{ id: 'identity', match: { kind: 'server' }, channel: 'identity.channel', limit: { metric: 'workers' } }],
};

/** Lets the first `max` values of each column in, and writes down what it was asked. */
class Budget implements KeyBudget {
  readonly asked: string[] = [];
  readonly #known = new Map<KeyColumn, Set<string>>();
  constructor(readonly max: number) {}
  admits(column: KeyColumn, bytes: Uint8Array, start: number, end: number): boolean {
    const value = Buffer.from(bytes.subarray(start, end)).toString();
    this.asked.push(`${column} ${value}`);
    const known = this.#known.get(column) ?? new Set<string>();
    this.#known.set(column, known);
    return known.has(value) || (known.size < this.max && known.add(value).size > 0);
  }
}

function decode(signal: 'traces' | 'metrics', request: object, budget: KeyBudget): Row[] {
  const { blocks } = createDecoder({ pipelines: () => [PIPELINE], budgetOf: () => budget })
    .decode({ agency: 'kdca', signal, encoding: 'protobuf', bytes: protobufOf(signal, request), receivedAtMs: 1, batchId: 1n });
  return blocks.flatMap((block) => readNativeBlock(block.bytes));
}

const spans = (count: number, repeat = 1) => ({
  resourceSpans: Array.from({ length: count * repeat }, (_, n) => n % count).map((i) => ({
    resource: { attributes: attributesOf({ 'service.name': `service-${i}`, 'service.instance.id': `instance-${i}` }) },
    scopeSpans: [{ spans: [
      { ...SPAN, attributes: attributesOf({ 'identity.channel': `channel-${i}`, 'booking.outcome': `outcome-${i}` }) },
      { ...SPAN, kind: 3, name: `call-${i}`, attributes: attributesOf({ 'peer.service': `peer-${i}` }) },
    ] }],
  })),
});

test('beyond the budget the keys of rollups become "(overflow)", and attributes and names keep what was sent', () => {
  const rows = decode('traces', spans(5), new Budget(2));
  const servers = rows.filter((row) => row.SpanKind === 'Server');
  for (const column of ['ServiceName', 'Instance', 'Channel', 'Outcome']) {
    const name = column === 'ServiceName' ? 'service' : column.toLowerCase();
    expect(servers.map((row) => row[column]), column).toEqual([`${name}-0`, `${name}-1`, '(overflow)', '(overflow)', '(overflow)']);
  }
  const clients = rows.filter((row) => row.SpanKind === 'Client');
  expect(clients.map((row) => row.Peer)).toEqual(['peer-0', 'peer-1', '(overflow)', '(overflow)', '(overflow)']);
  expect(clients.map((row) => row.SpanName)).toEqual([0, 1, 2, 3, 4].map((i) => `call-${i}`));
  expect(servers.map((row) => row.ResourceAttributes)).toEqual([0, 1, 2, 3, 4].map((i) => [['service.name', `service-${i}`], ['service.instance.id', `instance-${i}`]]));
  expect(new Set(servers.map((row) => row.Stage))).toEqual(new Set(['identity']));
});

test('the budget is asked once a request and value, however many rows have it', () => {
  const budget = new Budget(2);
  decode('traces', spans(4, 50), budget);
  expect(budget.asked.filter((value) => value.startsWith('ServiceName'))).toEqual([0, 1, 2, 3].map((i) => `ServiceName service-${i}`));
});

test('an absent value is no key', () => {
  const budget = new Budget(0);
  const [row] = decode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ ...SPAN, kind: 1 }] }] }] }, budget);
  expect(row).toMatchObject({ ServiceName: '', Instance: '', Peer: '', Channel: '', Outcome: '' });
  expect(budget.asked).toEqual([]);
});

test('a gauge of a stage with one series too many stays in the table and leaves the stage; the same series again stays in', () => {
  const gauge = (channels: string[]) => ({ resourceMetrics: [{
    resource: { attributes: attributesOf({ 'service.name': 'identity', 'service.instance.id': 'i-1' }) },
    scopeMetrics: [{ metrics: ['workers', 'other'].map((name) => ({ name, gauge: { dataPoints: channels.map((channel) => ({ timeUnixNano: '5', asInt: '1', attributes: attributesOf({ 'identity.channel': channel }) })) } })) }],
  }] });
  const rows = decode('metrics', gauge(['PASS', 'KCB', 'PASS', 'Naver']), new Budget(2));
  const placed = rows.filter((row) => row.MetricName === 'workers');
  expect(placed.map((row) => [row.Stage, row.Channel, row.Instance])).toEqual([['identity', 'PASS', 'i-1'], ['identity', 'KCB', 'i-1'], ['identity', 'PASS', 'i-1'], ['', '', '(overflow)']]);
  expect(placed[3]?.Attributes).toEqual([['identity.channel', 'Naver']]);
  expect(rows.filter((row) => row.MetricName === 'other').map((row) => row.Instance)).toEqual(['i-1', 'i-1', 'i-1', 'i-1']);
});
