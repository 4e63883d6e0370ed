// The configuration table as a whole: what a mistake says, and that options and variables are one.
import { describe, expect, it } from 'vitest';
import { COLLECTOR_CONFIG, publicUrl, readCollectorConfig, storeOptions } from './config.js';

describe('configuration', () => {
  it('every default passes its own bounds, and every variable begins with NARROWS_', () => {
    expect(readCollectorConfig({}).port).toBe(4319);
    for (const { env } of Object.values(COLLECTOR_CONFIG)) expect(env).toMatch(/^NARROWS_[A-Z_]+$/);
  });
  it('an option wins over its variable and is checked like it', () => {
    expect(readCollectorConfig({ NARROWS_PORT: '1' }, { port: '2' }).port).toBe(2);
    expect(() => readCollectorConfig({}, { port: '70000' })).toThrow('NARROWS_PORT="70000": must be at most 65535');
  });
  it('all mistakes are told together, with the value that was read', () => {
    expect(() => readCollectorConfig({ NARROWS_PORT: 'x', NARROWS_RETENTION_DAYS: '0' })).toThrow(/NARROWS_PORT="x".*\n.*NARROWS_RETENTION_DAYS="0"/);
  });
  it('a time zone that does not exist is a mistake', () => {
    expect(() => readCollectorConfig({ NARROWS_TIME_ZONE: 'Asia/Soul' })).toThrow('must be an IANA time zone');
  });
  it('a kind of personal number that does not exist is a mistake', () => {
    expect(() => readCollectorConfig({ NARROWS_REDACT: 'card,ssn' })).toThrow('NARROWS_REDACT="card,ssn"');
  });
  it('a store URL makes it a server, without one it is embedded under the data directory', () => {
    expect(storeOptions(readCollectorConfig({ NARROWS_DATA: '/d' }))).toMatchObject({ mode: 'embedded', path: '/d/store' });
    expect(storeOptions(readCollectorConfig({ NARROWS_STORE_URL: 'http://ch:8123' }))).toMatchObject({ mode: 'server', url: 'http://ch:8123', cluster: undefined });
  });
  it('the login link leads to the public address where there is one', () => {
    expect(publicUrl(readCollectorConfig({}), 5)).toBe('http://localhost:5');
    expect(publicUrl(readCollectorConfig({ NARROWS_PUBLIC_URL: 'https://n.example/' }), 5)).toBe('https://n.example');
  });
});
