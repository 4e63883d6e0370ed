// The crowd, a process of its own and not instrumented: people arrive when the profile says so, whatever the system
// does, and each lives their day. It begins at the supervisor's word and reports its counts once a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from '../environment.js';
import { onParentMessage, tellParent, whenParentIsGone } from '../parent-channel.js';
import { createRandom, type Random } from '../random.js';
import { scenarioOf } from '../scenario.js';
import { arrivalSeconds } from './arrivals.js';
import { createConnections, Device } from './device.js';
import { PeopleTally } from './people-tally.js';
import { livePerson } from './person.js';

const REPORT_EVERY_MS = 1_000;

const environment = readEnvironment();
const scenario = scenarioOf(environment.scenario);
const random = createRandom(environment.seed).fork('crowd');
const connections = createConnections();
const tally = new PeopleTally();

process.on('SIGINT', () => undefined);
// The last counts first: the report is written from them.
process.on('SIGTERM', () => tellParent({ type: 'people', people: tally.counts() }, () => process.exit(0)));
whenParentIsGone(() => process.exit(0));
onParentMessage((message) => { if (message.type === 'begin') void comeTogether(message.atMs); });
tellParent({ type: 'ready', port: 0 });

async function comeTogether(beganAtMs: number): Promise<void> {
  setInterval(() => tellParent({ type: 'people', people: tally.counts() }), REPORT_EVERY_MS);
  let number = 0;
  for (const second of arrivalSeconds(scenario.crowd.arrivals, random.fork('arrivals'))) {
    const dueMs = beganAtMs + second / environment.speed * 1_000;
    const waitMs = dueMs - Date.now();
    if (waitMs > 0) await sleep(waitMs);
    number++;
    const own = random.fork(`person ${number}`);
    void livePerson({ scenario, tally, random: own, number, devices: devicesOf(own) });
  }
}

/** One to three browsers, at home or on the mobile network. */
function devicesOf(own: Random): Device[] {
  const count = 1 + own.weighted(scenario.crowd.deviceShares);
  const ip = () => `${100 + Math.floor(own.next() * 100)}.${Math.floor(own.next() * 256)}.${Math.floor(own.next() * 256)}.${1 + Math.floor(own.next() * 254)}`;
  return Array.from({ length: count }, () => new Device(environment.webUrl, connections, ip()));
}
