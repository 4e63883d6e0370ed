// No container engine runs where this is tested, so the compose file is held against what it must agree with: the
// configuration tables, the options of the commands, the ports, and the stages and paths of the Dockerfile.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ConfigTable, readConfig } from '@narrows/contract';
import { COLLECTOR_CONFIG } from '../collector/src/config.js';
import { ENVIRONMENT as DEMO_CONFIG } from '../demo-system/src/environment.js';
import { parseOptions } from '../demo-system/src/options.js';

interface Service { image?: string; build?: { dockerfile: string; target: string }; command?: string[]; environment: Record<string, string | number>; ports?: string[]; volumes?: string[]; depends_on?: Record<string, { condition: string }>; healthcheck?: { test: string[] } }
const ROOT = path.resolve(import.meta.dirname, '..');
const compose = parse(fs.readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8')) as { services: Record<'clickhouse' | 'postgres' | 'collector' | 'demo', Service>; volumes: Record<string, null> };
const { clickhouse, postgres, collector, demo } = compose.services;
const dockerfile = fs.readFileSync(path.join(ROOT, 'docker/Dockerfile'), 'utf8');
/** `${NAME:-default}` as the engine fills it in where NAME is not set. */
const filled = (service: Service) => Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1')]));

test.each<[string, Service, ConfigTable, string]>([['collector', collector, COLLECTOR_CONFIG, 'NARROWS_'], ['demo', demo, DEMO_CONFIG, 'DEMO_']])(
  'every variable of %s is in its configuration table, with a value that the table takes', (_name, service, table, prefix) => {
    const known = new Set(Object.values(table).map((entry) => entry.env));
    for (const name of Object.keys(service.environment).filter((n) => n.startsWith(prefix))) expect(known, name).toContain(name);
    expect(() => readConfig(table, filled(service))).not.toThrow();
  });

test('the ports that are published are those the processes listen on', () => {
  expect(collector.ports).toEqual([`127.0.0.1:4317:${collector.environment.NARROWS_GRPC_PORT}`, `127.0.0.1:4318:${collector.environment.NARROWS_OTLP_PORT}`, `127.0.0.1:4319:${collector.environment.NARROWS_PORT}`]);
  expect(demo.ports).toEqual([`127.0.0.1:8080:${demo.environment.DEMO_PORT}`]);
  expect(demo.environment.DEMO_COLLECTOR_OTLP_URL).toBe(`http://collector:${collector.environment.NARROWS_OTLP_PORT}`);
});

test('the databases and the processes that use them agree on names and passwords', () => {
  const database = new URL(filled(demo).DEMO_DATABASE_URL!);
  const server = filled(postgres);
  expect([database.username, database.password, database.hostname, database.pathname.slice(1)]).toEqual([server.POSTGRES_USER, server.POSTGRES_PASSWORD, 'postgres', server.POSTGRES_DB]);
  const [reader, store] = [filled(collector), filled(clickhouse)];
  expect([reader.NARROWS_STORE_USER, reader.NARROWS_STORE_PASSWORD, reader.NARROWS_STORE_DATABASE]).toEqual([store.CLICKHOUSE_USER, store.CLICKHOUSE_PASSWORD, store.CLICKHOUSE_DB]);
  expect(filled(demo).DEMO_COLLECTOR_KEY).toBe(reader.NARROWS_INGEST_KEY);
});

test('the commands are ones that the programs know', () => {
  expect(execFileSync(process.execPath, [path.join(ROOT, 'collector/bin/narrows.js'), '--help'], { encoding: 'utf8' })).toContain(collector.command![0]);
  expect(parseOptions(demo.command!, ROOT, ROOT)).toMatchObject({ headless: true, scenario: 'before' });
}, 60_000);

test('every stage, dependency and volume that is named exists, and who is waited for has a health check', () => {
  const services = compose.services as Record<string, Service>;
  for (const service of Object.values(services)) {
    if (service.build) expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${service.build.target}$`, 'm'));
    else expect(service.image).toMatch(/^[\w/-]+:\d/);
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(services[name]?.healthcheck, name).toBeDefined();
    }
    for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
  }
});

test('the Dockerfile copies and starts only what the repository has', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]!.split(' '));
  expect(copied.length).toBeGreaterThan(10);
  for (const source of copied) expect(fs.existsSync(path.join(ROOT, source)), source).toBe(true);
  const workspaces = (JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] }).workspaces;
  for (const workspace of workspaces) expect(copied).toContain(`${workspace}/package.json`);
  for (const match of dockerfile.matchAll(/ENTRYPOINT \["node", "([^"]+)"/g)) {
    expect(fs.existsSync(path.join(ROOT, match[1]!.replace('/dist/main.js', '/src/main.ts')))).toBe(true);
  }
});
