import { expect, test } from 'vitest';
import { readAgentConfig } from './config.js';

test('an empty environment gives the defaults of this distribution', () => {
  const { config, mistakes } = readAgentConfig({});
  expect(mistakes).toEqual([]);
  expect(config).toMatchObject({ endpoint: 'http://127.0.0.1:4318', active: true, spanDelayMs: 1_000, spanQueueMax: 8_192, spanBatchMax: 512, metricIntervalMs: 10_000, sampler: 'parentbased_always_on' });
  expect(config.given('ENDPOINT', 'traces')).toBe(false);
  expect(config.protocolOf('logs')).toBe('http/protobuf');
});

test('all mistakes are returned together; what is wrong takes its default and what is right stays', () => {
  const { config, mistakes } = readAgentConfig({ NARROWS_KEY: 'right', NARROWS_ENDPOINT: 'nonsense', NARROWS_ACTIVE: 'maybe', NARROWS_ACTIVE_OLDEST_MAX: '-1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_BSP_SCHEDULE_DELAY: '500' });
  expect(mistakes.map((mistake) => mistake.split('=')[0]).sort()).toEqual(['NARROWS_ACTIVE', 'NARROWS_ACTIVE_OLDEST_MAX', 'NARROWS_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL']);
  expect(config).toMatchObject({ key: 'right', endpoint: 'http://127.0.0.1:4318', active: true, activeOldestMax: 20, protocol: 'http/protobuf', spanDelayMs: 500 });
});

test('a key that no header can carry is refused without being repeated in the warning', () => {
  const { config, mistakes } = readAgentConfig({ NARROWS_KEY: '비밀열쇠' });
  expect(config.key).toBe('');
  expect(mistakes.join()).toContain('NARROWS_KEY');
  expect(mistakes.join()).not.toContain('비밀');
});

test('a standard variable is seen as given for its signal, or for all', () => {
  const { config } = readAgentConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/v1/traces', OTEL_EXPORTER_OTLP_COMPRESSION: 'none', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json' });
  expect([config.given('ENDPOINT', 'traces'), config.given('ENDPOINT', 'logs')]).toEqual([true, false]);
  expect([config.given('COMPRESSION', 'traces'), config.given('COMPRESSION', 'logs')]).toEqual([true, true]);
  expect([config.protocolOf('metrics'), config.protocolOf('traces')]).toEqual(['http/json', 'http/protobuf']);
});

test('lists are trimmed, and instrumentations are chosen by name', () => {
  const { config } = readAgentConfig({ NARROWS_ACTIVE_ATTRIBUTES: ' booking.step, identity.channel ,,booking.step', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg, pino' });
  expect(config.activeAttributes).toEqual(['booking.step', 'identity.channel']);
  expect(['http', 'pg', 'pino'].map((name) => config.instruments(name))).toEqual([true, false, false]);
});

test('kinds of personal numbers can be chosen; an unknown one takes the default, all of them', () => {
  expect([...readAgentConfig({ NARROWS_REDACT: 'card' }).config.redact]).toEqual(['resident', 'card']);
  const { config, mistakes } = readAgentConfig({ NARROWS_REDACT: 'cards' });
  expect([config.redact.size, mistakes.length]).toEqual([5, 1]);
});
