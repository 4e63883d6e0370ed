// Whether one agency's live page is as quick beside 199 others as alone: the same question, answered from stored data each time, asked in
// turn while the others are silent and while they send. All have five minutes of data in the store from the beginning; what differs is
// what comes in. Beside it, how old the newest second on the live stream is.
import { sleep } from '../processes.mjs';
import { sendSpans, spansBody, startCrowded, startTraffic } from './crowded-collector.mjs';

const AGENCIES = 200;
const SERVICES = 20;
const PAST_MS = 300_000;
const QUESTIONS = 40;
const SETTLE_MS = 12_000;
const ROUNDS = 2;
const RATIO_MAX = 1.5;

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

/** The past: a span each 15 s and service, in one request each; the first agencies' as much as they will have live. */
async function fillPast(collector, agencies) {
  for (let from = 0; from < agencies.length; from += 8) {
    await Promise.all(agencies.slice(from, from + 8).map((agency) => sendSpans(collector, agency, spansBody({ services: SERVICES, spans: PAST_MS / (from === 0 ? 1_000 : 15_000), endMs: Date.now(), spreadMs: PAST_MS }))));
  }
  await collector.drained();
}

async function ask(collector, { token }) {
  const took = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const to = Math.floor(Date.now() / 1_000) * 1_000 - 8_000;
    const began = performance.now();
    const answer = await fetch(`${collector.base}/api/v1/live?to=${to}`, { headers: { authorization: `Bearer ${token}` } });
    const { tick } = await answer.json();
    took.push(performance.now() - began);
    if (!answer.ok || tick === undefined) throw new Error(`the live page is answered with ${answer.status}`);
    await sleep(250);
  }
  return took;
}

export async function measureTenants() {
  const { collector, db, agencies } = await startCrowded(AGENCIES);
  const [one, ...others] = agencies;
  let own;
  try {
    await fillPast(collector, agencies);
    await collector.settled(20);
    own = startTraffic(collector, [one], { services: SERVICES, spans: 1, everyMs: 1_000 });
    const took = { alone: [], beside: [] };
    const sent = { spans: 0, failed: 0, seconds: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(SETTLE_MS);
      took.alone.push(...await ask(collector, one));
      const began = performance.now();
      const crowd = startTraffic(collector, others, { services: SERVICES, spans: 1, everyMs: 1_000 });
      await sleep(SETTLE_MS);
      took.beside.push(...await ask(collector, one));
      const { spans, failed } = crowd.close();
      sent.spans += spans;
      sent.failed += failed;
      sent.seconds += (performance.now() - began) / 1_000;
    }
    const page = await collectAges(collector, one, others);
    return { took, sent, page };
  } finally {
    own?.close();
    await db.destroy();
    await collector.remove();
  }
}

/** Age of the newest second on the live stream: alone and beside the others. */
async function collectAges(collector, { token }, others) {
  const ages = { alone: [], beside: [] };
  for (const kind of ['alone', 'beside']) {
    const crowd = kind === 'beside' ? startTraffic(collector, others, { services: SERVICES, spans: 1, everyMs: 1_000 }) : null;
    await sleep(SETTLE_MS);
    const abort = new AbortController();
    const answer = await fetch(`${collector.base}/api/v1/live/stream`, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
    setTimeout(() => abort.abort(), 20_000);
    try {
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) for (const [, age] of chunk.matchAll(/"dataAgeMs":(\d+)/g)) ages[kind].push(Number(age));
    } catch (error) {
      if (error.name !== 'AbortError') throw error;
    }
    crowd?.close();
  }
  return ages;
}

export function tenantsSection({ took, sent, page }) {
  const row = (what, q) => {
    const [alone, beside] = [quantile(took.alone, q), quantile(took.beside, q)];
    return `| ${what} | ${alone.toFixed(0)} ms | ${beside.toFixed(0)} ms | ${(beside / alone).toFixed(2)} × |`;
  };
  const ratio = quantile(took.beside, 0.5) / quantile(took.alone, 0.5);
  return `
Question: is the live page of one agency as quick beside 199 others? ${AGENCIES} agencies, ${SERVICES} services each, five minutes of data of all in the store. The newest tick but eight seconds, reckoned from
the store each time, ${took.alone.length} times while the others are silent and ${took.beside.length} times while they send ${Math.round(sent.spans / sent.seconds).toLocaleString('en')} spans/s in all (${sent.failed} requests failed). The load comes from the same 2 cores.

| a tick | alone | beside 199 | |
|---|---|---|---|
${row('median', 0.5)}
${row('95th percentile', 0.95)}
| age of the newest second on the stream, median | ${quantile(page.alone, 0.5)} ms | ${quantile(page.beside, 0.5)} ms | ${(quantile(page.beside, 0.5) / quantile(page.alone, 0.5)).toFixed(2)} × |

Wanted: within ${RATIO_MAX} ×. ${ratio <= RATIO_MAX ? 'Holds' : '**Falls short**'}: ${ratio.toFixed(2)} × at the median.
`;
}
