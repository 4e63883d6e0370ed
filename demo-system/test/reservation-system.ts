// The reservation system without collector, agent or crowd: a real PostgreSQL and the seven services, for tests that
// use it by hand. Built code from `dist` runs, as in the demo.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { childEnvironment } from '../dist/environment.js';
import { scenarioOf, type ScenarioId } from '../dist/scenario.js';
import { createReservationDatabase, type Stock } from '../dist/services/booking/schema.js';
import type { Part } from '../dist/supervise/part.js';
import { startPostgres, type Postgres } from '../dist/supervise/postgres.js';
import { Fleet } from '../dist/supervise/fleet.js';
import { systemOf } from '../dist/system.js';

export interface Database { postgres: Postgres; pool: Pool; directory: string; stop(): Promise<void> }

/** A PostgreSQL with the reservation tables in a temporary directory. */
export async function startDatabase(stock: Stock): Promise<Database> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-demo-test-'));
  fs.chmodSync(directory, 0o755);
  const postgres = await startPostgres({ dataDir: path.join(directory, 'postgres'), logDir: directory, env: childEnvironment() });
  const pool = new Pool({ connectionString: postgres.url, max: 4 });
  // `pool.end()` does not wait for its sockets, and a PostgreSQL that is stopped before they are closed tells each of them
  // that it ends, as an error that nobody waits for.
  const closed: Promise<unknown>[] = [];
  pool.on('connect', (client) => { closed.push(new Promise((resolve) => { client.once('end', resolve); })); });
  await createReservationDatabase(pool, stock);
  return {
    postgres, pool, directory,
    stop: async () => {
      await pool.end();
      await Promise.all(closed);
      await postgres.part.stop();
      postgres.removeLeftovers();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface RunningSystem { webUrl: string; fleet: Fleet; stop(): Promise<void> }

/** The services of a scenario on a database that has its tables. */
export async function startSystem(scenario: ScenarioId, database: Database): Promise<RunningSystem> {
  const parts: Part[] = [];
  const fleet = new Fleet({
    system: systemOf(scenarioOf(scenario).system), site: { host: '127.0.0.1', port: 0 },
    common: { scenario, seed: 1, speed: 1 }, databaseUrl: database.postgres.url, telemetry: null, logDir: database.directory, onStarted: (part) => parts.push(part),
  });
  const { webUrl } = await fleet.start();
  return { webUrl, fleet, stop: async () => { await Promise.all(parts.map((part) => part.stop())); } };
}

export interface ReservationSystem extends RunningSystem { database: Database }

/** Database and services of a scenario of the vaccine reservation. */
export async function startReservationSystem(scenario: ScenarioId): Promise<ReservationSystem> {
  const database = await startDatabase({ slotsPerClinic: 2, seatsPerSlot: 10 });
  const system = await startSystem(scenario, database);
  return { ...system, database, stop: async () => { await system.stop(); await database.stop(); } };
}
