// A Fastify app as a user would write it: ESM, nothing in it knows of the agent.
import Fastify from 'fastify';

const upstream = process.env.UPSTREAM;
const call = async (path) => (await fetch(`${upstream}${path}`)).text();
const app = Fastify({ logger: true });
const held = [];

app.get('/hello/:name', async (request) => {
  request.log.info({ who: request.params.name }, 'said hello');
  return { hello: request.params.name, upstream: upstream ? await call('/quick') : null };
});
app.get('/boom', async () => { throw new Error('it broke'); });
app.get('/hold', () => new Promise((resolve) => { held.push(resolve); }));
app.get('/release', async () => { for (const resolve of held.splice(0)) resolve({ held: true }); return {}; });
app.get('/hold-upstream', async () => ({ text: await call('/hold') }));
app.get('/one-after-another', async () => { await call('/slow'); await call('/slow'); return {}; });
app.get('/at-once', async () => { await Promise.all([call('/slow'), call('/slow'), call('/slow')]); return {}; });

await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`\nlistening ${app.server.address().port}\n`);
