// Promise G12: a resident registration number is never on disk, and nor is any other personal number. A real collector gets a corpus
// with every kind in every field and spelling, in both encodings, and requests that it has to refuse; then every file under its data
// directory, all that it printed, all that it answered, and every row of every table are searched.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transcodeJson } from '../dist/decode/json-transcoder.js';
import { openStore } from '../dist/store/store.js';
import { CANARIES, CORPUS_TEXT, corpusRequests, needles } from './canary-corpus.js';
import { CollectorProcess } from './serve-collector.js';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
const RESIDENT = CANARIES[0]!.number;
const NEEDLES = needles();
const collector = new CollectorProcess();

beforeAll(() => collector.start({ NARROWS_LOG_LEVEL: 'trace', NARROWS_FREE_BYTES: '0' }));
afterAll(() => collector.remove());

const found = (bytes: Buffer): string[] => NEEDLES.filter(({ needle }) => bytes.includes(needle)).map(({ kind }) => kind);
const files = (dir: string): string[] => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));

/** Files that hold a secret, and all the bytes that were searched. */
function searchFiles(): { hits: [string, string[]][]; bytes: number; masks: number } {
  let bytes = 0;
  let masks = 0;
  const hits = files(collector.dataDir).flatMap((file): [string, string[]][] => {
    const content = readFileSync(file);
    bytes += content.length;
    if (content.includes('830719-*******')) masks++;
    const kinds = found(content);
    return kinds.length > 0 ? [[file, kinds]] : [];
  });
  return { hits, bytes, masks };
}

/** The whole answer, and its status in front. */
const answer = async (response: Response): Promise<string> => `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;

async function sendCorpus(): Promise<void> {
  const requests = corpusRequests(Date.now());
  for (const signal of SIGNALS) {
    const body = JSON.stringify(requests[signal]);
    const protobuf = transcodeJson(signal, Buffer.from(body)).bytes;
    expect(await answer(await collector.send(signal, Buffer.from(body)))).toMatch(/^200 /);
    expect(await answer(await collector.send(signal, gzipSync(protobuf), { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }))).toMatch(/^200 /);
  }
}

test('the search finds what it is meant to find', () => {
  for (const [name, bytes] of [['plain', CORPUS_TEXT], ['base64', Buffer.from(CORPUS_TEXT).toString('base64')], ['hex', Buffer.from(CORPUS_TEXT).toString('hex')]] as const) {
    const kinds = new Set(found(Buffer.from(bytes)).map((kind) => kind.split(' as ')[0]));
    expect([name, ...kinds]).toEqual([name, ...CANARIES.map(({ kind }) => kind)]);
  }
});

test('the spool of a collector that was killed behind its answer holds masks and no number', async () => {
  await sendCorpus();
  await collector.stop('SIGKILL');
  const { hits, masks } = searchFiles();
  expect(hits).toEqual([]);
  expect(masks).toBeGreaterThan(0);
  await collector.start({ NARROWS_LOG_LEVEL: 'trace', NARROWS_FREE_BYTES: '0' });
});

test('the body of a request that is refused leaves nothing of itself in the answer', async () => {
  const protobuf = transcodeJson('traces', Buffer.from(JSON.stringify(corpusRequests(Date.now()).traces))).bytes;
  const json = (body: string) => collector.send('logs', Buffer.from(body));
  const answers = [
    await answer(await collector.send('traces', protobuf.subarray(0, protobuf.length - 40), { 'content-type': 'application/x-protobuf' })),
    await answer(await collector.send('traces', Buffer.from(CORPUS_TEXT), { 'content-type': 'application/x-protobuf' })),
    await answer(await collector.send('traces', protobuf, { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' })),
    await answer(await json(`{"resourceLogs":[${CORPUS_TEXT}`)),
    await answer(await json(`${RESIDENT}`)),
    await answer(await json(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: RESIDENT, traceId: RESIDENT, timeUnixNano: RESIDENT }] }] }] }))),
    await answer(await json(JSON.stringify({ resourceLogs: RESIDENT }))),
  ];
  for (const text of answers) expect([text.slice(0, 2), ...found(Buffer.from(text))]).toEqual(['40']);
});

// What these leave behind is looked for below, in the log and the files.
test('headers and addresses with a number in them are answered', async () => {
  const sent = [
    collector.send('traces', {}, { 'content-type': `text/${RESIDENT}` }), collector.send('traces', {}, { 'content-encoding': RESIDENT }),
    collector.send('traces', {}, { authorization: `Bearer ${RESIDENT}`, 'user-agent': RESIDENT, baggage: RESIDENT }),
    fetch(`${collector.ready.otlp}/v1/${RESIDENT}?rrn=${RESIDENT}`, { method: 'POST', body: '{}' }),
  ];
  for (const response of sent) expect(await answer(await response)).toMatch(/^4/);
  await collector.logIn();
  for (const address of [`/api/v1/transactions?person=${RESIDENT}`, `/api/v1/${RESIDENT}`, `/api/v1/live?pipeline=${RESIDENT}`, `/${RESIDENT}?q=${RESIDENT}`]) {
    expect(await answer(await collector.get(address))).toMatch(/^[24]/);
  }
});

test('no number is in a file, in what was printed, or in a row of any table', async () => {
  while (files(path.join(collector.dataDir, 'spool', 'segments')).some((file) => statSync(file, { throwIfNoEntry: false })?.size)) await delay(200);
  await collector.stop();
  expect(found(Buffer.from(collector.stdout))).toEqual([]);
  expect(found(Buffer.from(collector.stderr))).toEqual([]);
  const { hits, bytes } = searchFiles();
  expect(hits).toEqual([]);
  expect(bytes).toBeGreaterThan(100_000);

  const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store') });
  try {
    const tables = await store.query<{ database: string; name: string }>("SELECT database, name FROM system.tables WHERE database NOT IN ('INFORMATION_SCHEMA', 'information_schema') AND (database != 'system' OR name LIKE '%\\_log') AND engine NOT LIKE '%View' ORDER BY name");
    let masks = 0;
    for (const { database, name } of tables) {
      const rows = JSON.stringify(await store.query(`SELECT * FROM \`${database}\`.\`${name}\` LIMIT 100000`));
      expect([name, found(Buffer.from(rows))]).toEqual([name, []]);
      if (rows.includes('830719-*******')) masks++;
    }
    expect(masks).toBeGreaterThanOrEqual(7);
  } finally {
    await store.close();
  }
});
