// The crowd, a process of its own and not instrumented: people arrive when the profile says so, whatever the system
// does, and each lives their day. It begins at the supervisor's word and reports its counts once a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from '../environment.js';
import { onParentMessage, tellParent, whenParentIsGone } from '../parent-channel.js';
import { createRandom, type Random } from '../random.js';
import { scenarioOf, type RushScenario } from '../scenario.js';
import { arrivalSeconds } from './arrivals.js';
import { addressOf, browserOf } from './details.js';
import { createConnections, Device } from './device.js';
import { PeopleTally } from './people-tally.js';
import { livePerson, type PersonSetting } from './person.js';
import { pupilVisit } from './pupil-visit.js';
import { readerVisit } from './reader-visit.js';
import { shopVisit } from './shop-visit.js';
import { Visitor, type Visit } from './visitor.js';
import { voterVisit } from './voter-visit.js';

const REPORT_EVERY_MS = 1_000;
/** What people come for, by system. */
const VISITS: Readonly<Record<RushScenario['system'], Visit>> = { 'pledge-shop': shopVisit, primary: voterVisit, commission: readerVisit, 'online-class': pupilVisit };

const environment = readEnvironment();
const scenario = scenarioOf(environment.scenario);
const random = createRandom(environment.seed).fork('crowd');
const connections = createConnections();
const tally = new PeopleTally();
let devicesEach: number | null = null;

process.on('SIGINT', () => undefined);
// The last counts first: the report is written from them.
process.on('SIGTERM', () => tellParent({ type: 'people', people: tally.counts() }, () => process.exit(0)));
whenParentIsGone(() => process.exit(0));
onParentMessage((message) => {
  if (message.type === 'begin') void comeTogether(message.atMs);
  if (message.type === 'devices') devicesEach = message.count;
});
tellParent({ type: 'ready', port: 0 });

/** An open loop: when somebody comes was decided before anybody was served. */
async function comeTogether(beganAtMs: number): Promise<void> {
  setInterval(() => tellParent({ type: 'people', people: tally.counts() }), REPORT_EVERY_MS);
  let number = 0;
  for (const second of arrivalSeconds(scenario.crowd.arrivals, random.fork('arrivals'))) {
    const intendedMs = beganAtMs + second / environment.speed * 1_000;
    const waitMs = intendedMs - Date.now();
    if (waitMs > 0) await sleep(waitMs);
    number++;
    const own = random.fork(`person ${number}`);
    tally.came(intendedMs, Date.now());
    void live({ tally, random: own, number, devices: devicesOf(own), intendedMs });
  }
}

/** Live one person's day. Ends by itself: patience is finite. */
async function live(person: Omit<PersonSetting, 'scenario'>): Promise<void> {
  const end = await (scenario.system === 'vaccine' ? livePerson({ ...person, scenario }) : VISITS[scenario.system](new Visitor({ ...person, scenario })));
  tally.ended(end, Date.now() - person.intendedMs);
}

/** One to three browsers, or as many as everybody takes out today. */
function devicesOf(own: Random): Device[] {
  const usual = 1 + own.weighted(scenario.crowd.deviceShares);
  const count = devicesEach ?? usual;
  tally.count('devices', count);
  return Array.from({ length: count }, () => new Device({
    siteUrl: environment.webUrl, connections, ip: addressOf(own), browser: browserOf(own), onAnswer: (afterMs, answer) => tally.answered(afterMs, answer),
  }));
}
