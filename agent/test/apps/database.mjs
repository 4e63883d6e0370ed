// A Fastify app with a pool of one connection: the second request waits for the first one's.
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const app = Fastify();
app.get('/sleep', async () => (await pool.query('SELECT pg_sleep(2)')).rowCount);
app.get('/one', async () => (await pool.query('SELECT 1 AS one')).rows);
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`\nlistening ${app.server.address().port}\n`);
