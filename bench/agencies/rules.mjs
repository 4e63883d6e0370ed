// What 5,000 alert rules cost: CPU seconds of the collector and seconds of questions to the engine in a minute with them, less those of a
// minute without, under the same traffic. The engine's own CPU tells nothing of rules: what it merges is ten times as much and comes in
// waves. Rules look at series, at silence and at budgets, in 50 agencies; the two kinds of minutes take turns, so that a noisy machine
// meets both.
import { randomBytes } from 'node:crypto';
import { sleep } from '../processes.mjs';
import { startCrowded, startTraffic } from './crowded-collector.mjs';

const AGENCIES = 50;
const SERVICES = 20;
const RULES = 5_000;
const WARM_MS = 45_000;
const SETTLE_MS = 12_000;
const MEASURED_MS = 30_000;

const CONDITIONS = [
  (i) => ({ kind: 'threshold', measure: 'error_ratio', overSeconds: 60, compare: 'above', value: 0.3 + i / 1e5 }),
  (i) => ({ kind: 'threshold', measure: 'p95', overSeconds: 60, compare: 'above', value: 5_000 + i }),
  (i) => ({ kind: 'threshold', measure: 'throughput', overSeconds: 30, compare: 'above', value: 10_000 + i }),
  () => ({ kind: 'change', measure: 'throughput', overSeconds: 60, agoSeconds: 600, direction: 'fall', percent: 90, least: 1_000 }),
  () => ({ kind: 'burn_rate', good: 'no_error', objective: 0.5, windows: [{ longMinutes: 60, shortMinutes: 5, factor: 14.4 }] }),
  () => ({ kind: 'absence', of: 'service', silentSeconds: 3_600 }),
];

const ruleOf = (i) => ({
  name: `rule ${i}`, enabled: true, severity: 'warning', forSeconds: 30, keepSeconds: 60, notify: [],
  place: { service: `service-${(Math.floor(i / AGENCIES) % SERVICES) + 1}` }, condition: CONDITIONS[i % CONDITIONS.length](i),
});

async function setRules(db, count) {
  await db.deleteFrom('alertRule').execute();
  const rows = Array.from({ length: count }, (_, i) => ({ agency: `agency-${(i % AGENCIES) + 1}`, id: randomBytes(9).toString('base64url'), json: JSON.stringify(ruleOf(i)), updatedAtMs: Date.now(), updatedBy: 'bench' }));
  for (let from = 0; from < rows.length; from += 500) await db.insertInto('alertRule').values(rows.slice(from, from + 500)).execute();
}

export async function measureRules() {
  const { collector, db, agencies } = await startCrowded(AGENCIES);
  const traffic = startTraffic(collector, agencies, { services: SERVICES, spans: 1, everyMs: 2_000 });
  const spent = async () => ({ collector: collector.cpu().collector, questions: await collector.questionSeconds() });
  try {
    await sleep(WARM_MS);
    const minutes = { with: [], without: [] };
    for (const kind of ['without', 'with', 'without', 'with']) {
      await setRules(db, kind === 'with' ? RULES : 0);
      await sleep(SETTLE_MS);
      const before = await spent();
      await sleep(MEASURED_MS);
      const after = await spent();
      const minutesLong = MEASURED_MS / 60_000;
      minutes[kind].push({ collector: (after.collector - before.collector) / minutesLong, questions: (after.questions - before.questions) / minutesLong });
    }
    const { rules } = await (await fetch(`${collector.base}/api/v1/alerts/rules`, { headers: { authorization: `Bearer ${agencies[0].token}` } })).json();
    if (rules.length !== RULES / AGENCIES) throw new Error(`the collector knows ${rules.length} rules of the first agency`);
    return { agencies: AGENCIES, services: SERVICES, rules: RULES, ...summed(minutes), failed: traffic.close().failed };
  } finally {
    traffic.close();
    await db.destroy();
    await collector.remove();
  }
}

function summed(minutes) {
  const mean = (kind, part) => minutes[kind].reduce((sum, minute) => sum + minute[part], 0) / minutes[kind].length;
  const each = (part) => mean('with', part) - mean('without', part);
  return { minutes, collectorSeconds: each('collector'), questionSeconds: each('questions') };
}

export const rulesSection = (found) => `
Question: what do ${found.rules.toLocaleString('en')} rules cost? ${found.agencies} agencies with ${found.services} services each send a span per service every two seconds; rules on error ratio, p95,
throughput, change, error budget and silence. Seconds a minute with the rules less those without, over half a minute each, two of each in turn.

| | with | without | the rules |
|---|---|---|---|
| collector, CPU seconds a minute | ${pair(found, 'with', 'collector')} | ${pair(found, 'without', 'collector')} | **${found.collectorSeconds.toFixed(2)}** |
| engine, seconds of questions a minute | ${pair(found, 'with', 'questions')} | ${pair(found, 'without', 'questions')} | ${found.questionSeconds.toFixed(2)} |

Wanted: at most 1 core-second a minute. ${verdict(found.collectorSeconds + found.questionSeconds <= 1, `together ${(found.collectorSeconds + found.questionSeconds).toFixed(2)}`)}
`;
const pair = ({ minutes }, kind, part) => minutes[kind].map((minute) => minute[part].toFixed(2)).join(', ');
const verdict = (holds, words) => `${holds ? 'Holds' : '**Falls short**'}: ${words}.`;
