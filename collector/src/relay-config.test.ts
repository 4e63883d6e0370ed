import { expect, test } from 'vitest';
import { readRelayConfig, relayPaths } from './relay-config.js';

const UPSTREAM = { NARROWS_RELAY_UPSTREAM: 'https://collector.example:4318' };

test('without an upstream there is no relay, and the sentence says what to set', () => {
  expect(() => readRelayConfig({})).toThrow('NARROWS_RELAY_UPSTREAM is not set');
});

test('half of a certificate is refused', () => {
  expect(() => readRelayConfig({ ...UPSTREAM, NARROWS_RELAY_CERT: 'relay.crt' })).toThrow('NARROWS_RELAY_CERT_KEY');
});

test('an option of the command line wins over its variable and is checked like it', () => {
  expect(readRelayConfig(UPSTREAM, { upstream: 'http://other', otlpPort: '0' })).toMatchObject({ upstream: 'http://other', otlpPort: 0, gzipLevel: 6 });
  expect(() => readRelayConfig(UPSTREAM, { port: '99999' })).toThrow('NARROWS_RELAY_PORT="99999": must be at most 65535');
});

test('a relay\'s spool does not lie where a collector would look for its own', () => {
  expect(relayPaths(readRelayConfig({ ...UPSTREAM, NARROWS_DATA: '/data' })).spool).toBe('/data/relay-spool');
});
