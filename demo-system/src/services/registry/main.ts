// The vaccination registry, twenty years old: slow, and one thing at a time on each connection. It knows who has had
// their dose and how much vaccine each region has. It cannot be made faster; the others can only ask it less.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../random.js';
import { startService, type ServiceSetting } from '../service.js';

const ANSWER_MS_MEDIAN = 18;
const ANSWER_MS_SPREAD = 0.3;
/** One person in so many has been vaccinated already. */
const VACCINATED_ONE_IN = 97;
/** How often a stuck registry looks whether it was freed. */
const LOOK_EVERY_MS = 50;

await startService(async (app, { environment, levers }: ServiceSetting) => {
  const random = createRandom(environment.seed).fork('registry');
  /** The last answer under way on each connection; the next one begins after it, also when a client pipelines. */
  const lastAnswer = new WeakMap<Socket, Promise<void>>();
  const inTurn = async (socket: Socket) => {
    const mine = (lastAnswer.get(socket) ?? Promise.resolve()).then(async () => {
      while (levers.registry.stuck && !socket.destroyed) await sleep(LOOK_EVERY_MS);
      await sleep(random.lognormal(ANSWER_MS_MEDIAN, ANSWER_MS_SPREAD));
    });
    lastAnswer.set(socket, mine);
    await mine;
  };

  app.get<{ Params: { person: string } }>('/records/:person', async (request) => {
    await inTurn(request.raw.socket);
    return { vaccinated: Number.parseInt(request.params.person.slice(0, 8), 16) % VACCINATED_ONE_IN === 0 };
  });
  app.get('/stock', async (request) => {
    await inTurn(request.raw.socket);
    return { available: true };
  });
});
