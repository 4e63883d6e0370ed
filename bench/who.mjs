// How long does it take to say who is in a selection of ten million spans, and are the planted cohorts found? Prints one
// line of JSON a question: milliseconds of five runs, the first rows, and beside it what the same counts cost when single
// traces are picked instead of granules. Usage: node bench/who.mjs [--spans N] [--data DIR, kept and used again]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { selectWhoAnswer } from '../collector/dist/api/who.js';
import { createAsker } from '../collector/dist/query/question.js';
import { openStore } from '../collector/dist/store/store.js';
import { AGENCY, fillStore } from './who/ten-million-spans.mjs';

const { values } = parseArgs({ options: { spans: { type: 'string', default: '10000000' }, data: { type: 'string' }, runs: { type: 'string', default: '5' } } });
const spans = Number(values.spans);
const seconds = 3600;
const fromMs = Date.UTC(2026, 10, 28, 11);
const directory = values.data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-who-'));
const store_ = path.join(directory, 'store');
if (!fs.existsSync(store_)) await fillStore(store_, spans, { fromMs, seconds, log: (line) => process.stderr.write(`${line}\n`) });

const store = await openStore({ mode: 'embedded', path: store_ });
const asker = createAsker(store, AGENCY);
const range = { fromMs, toMs: fromMs + seconds * 1_000 };
const setting = { asker, timeZone: 'Asia/Seoul', persons: true };
const timed = async (ask) => {
  const took = [];
  let answer;
  for (let run = 0; run < Number(values.runs); run += 1) {
    const began = performance.now();
    answer = await ask();
    took.push(Math.round(performance.now() - began));
  }
  return { took, answer };
};
const QUESTIONS = {
  'slow ones of the stage, an hour': [{ pipeline: 'vaccine', stage: 'identity', minDurationMs: 2_500 }, range],
  'slow ones of everything, an hour': [{ minDurationMs: 2_500 }, range],
  'failures of the stage, an hour': [{ pipeline: 'vaccine', stage: 'identity', error: true }, range],
  'a rectangle of one minute': [{ minDurationMs: 2_500, maxDurationMs: 5_000 }, { fromMs: fromMs + 600_000, toMs: fromMs + 660_000 }],
  'one person': [{ person: 'p' + '0'.repeat(16) }, range],
};
for (const [question, [query, over]] of Object.entries(QUESTIONS)) {
  const { took, answer } = await timed(() => selectWhoAnswer(setting, query, over));
  const rows = answer.rows.slice(0, 4).map(({ conditions, share, backgroundShare, lift, liftLow, confidence }) => ({ who: conditions.map(({ attribute, value }) => `${attribute}=${value}`).join(' & '), share, backgroundShare, lift, liftLow, confidence }));
  process.stdout.write(`${JSON.stringify({ question, ms: took, selected: answer.selected, compared: answer.compared, rows, identifiers: answer.identifiers })}\n`);
}
const byTrace = await timed(() => store.query(`SELECT count() AS values FROM (SELECT item, countIf(sel) AS s FROM (SELECT Duration >= 2500000000 AS sel,
  arrayJoin(arrayZip(arrayMap(k -> toString(k), mapKeys(SpanAttributes)), mapValues(SpanAttributes))) AS item FROM otel_traces
  WHERE Agency = '${AGENCY}' AND Stage = 'identity' AND cityHash64(TraceId) % 256 = 0) GROUP BY item)`, {}, { agency: AGENCY, timeoutMs: 60_000 }));
process.stdout.write(`${JSON.stringify({ question: 'one count of one map, picked by trace (read whole)', ms: byTrace.took })}\n`);
await store.close();
if (values.data === undefined) fs.rmSync(directory, { recursive: true, force: true });
