// A flood from nowhere: requests to the public site at a steady rate from many addresses, whatever becomes of them. No
// cookie, no person, nothing that a real page would ask next.
import { readEnvironment } from '../environment.js';
import { tellParent, whenParentIsGone } from '../parent-channel.js';
import { createRandom } from '../random.js';
import { scenarioOf } from '../scenario.js';
import { systemOf } from '../system.js';
import { createConnections, Device } from './device.js';

const TICK_MS = 20;
/** More are not held open at once; what is beyond is counted as sent and forgotten, as a flood does. */
const OPEN_MAX = 4_000;

const environment = readEnvironment();
const connections = createConnections();
const random = createRandom(environment.seed).fork('flood');
const { system } = scenarioOf(environment.scenario);
const address = () => `45.${Math.floor(random.next() * 256)}.${Math.floor(random.next() * 256)}.${1 + Math.floor(random.next() * 254)}`;
const path = systemOf(system).floodPath;
let open = 0;
let due = 0;
let lastMs = Date.now();

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => process.exit(0));
whenParentIsGone(() => process.exit(0));
setInterval(() => {
  const nowMs = Date.now();
  due += (nowMs - lastMs) / 1_000 * environment.floodPerSecond;
  lastMs = nowMs;
  for (; due >= 1; due--) {
    if (open >= OPEN_MAX) continue;
    open++;
    void new Device({ siteUrl: environment.webUrl, connections, ip: address() }).send('GET', path).then(() => { open--; });
  }
}, TICK_MS);
tellParent({ type: 'ready', port: 0 });
