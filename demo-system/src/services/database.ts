// The connections of a service to PostgreSQL: a small pool, lent for one piece of work at a time. A connection that failed
// is closed, and PostgreSQL rolls back what was open on it.
import type { FastifyInstance } from 'fastify';
import { Pool, type PoolClient } from 'pg';
import type { Levers } from '../faults/levers.js';
import type { PoolState } from './worker-pool.js';

export class Database {
  readonly #pool: Pool;
  readonly #levers: Levers;
  readonly #connectionsMax: number;
  #arrived = 0;

  constructor(app: FastifyInstance, levers: Levers, connectionsMax: number) {
    this.#levers = levers;
    this.#connectionsMax = connectionsMax;
    this.#pool = new Pool({ connectionString: levers.databaseUrl, max: connectionsMax });
    this.#pool.on('error', (error) => app.log.error(error, 'an idle database connection was lost'));
  }

  /** Do `work` on a connection of its own. Errors: whatever it throws. */
  async use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    this.#arrived++;
    const client = await this.#pool.connect();
    try {
      const result = await work(client);
      if (this.#levers.connections.holdMs > 0) setTimeout(() => client.release(), this.#levers.connections.holdMs);
      else client.release();
      return result;
    } catch (error) {
      // It may be in any state.
      client.release(true);
      throw error;
    }
  }

  /** Do `work` in one transaction, committed when `commits` says so of its result. */
  transaction<T>(work: (client: PoolClient) => Promise<T>, commits: (result: T) => boolean): Promise<T> {
    return this.use(async (client) => {
      await client.query('begin');
      const result = await work(client);
      await client.query(commits(result) ? 'commit' : 'rollback');
      return result;
    });
  }

  /** Connections that are lent, and who waits for one. */
  state(): PoolState {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { workers: this.#connectionsMax, busy: totalCount - idleCount, queue: waitingCount, arrived: this.#arrived };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
