// How many requests a second the public page stands: one collector process, and a process of its own that asks over connections which stay
// open, one request at a time on each, compressed as a browser takes it. Every answer is counted by its status and its length.
import { fork } from 'node:child_process';
import net from 'node:net';
import { cpuSeconds, sleep } from '../processes.mjs';
import { startCrowded, startTraffic } from './crowded-collector.mjs';

const CONNECTIONS = 64;
const WARM_MS = 3_000;
const MEASURED_MS = 10_000;
const WANTED = 10_000;

/** Asks until it is told to stop; `{ answers, other, bytes }`. Runs in a process of its own. */
function askForEver({ port, path, headers }) {
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
  const counts = { answers: 0, other: 0, bytes: 0 };
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = net.connect(port, '127.0.0.1', () => { socket.write(request); });
    socket.setNoDelay(true);
    let held = '';
    socket.on('data', (chunk) => {
      counts.bytes += chunk.length;
      held += chunk.latin1Slice();
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
      if (held.length < end + 4 + length) return;
      if (/^HTTP\/1\.1 (200|304) /.test(held)) counts.answers++;
      else counts.other++;
      held = '';
      socket.write(request);
    });
    socket.on('error', () => { counts.other++; });
  }
  process.on('message', () => { process.send(counts); });
}
if (process.argv[2] === 'ask') askForEver(JSON.parse(process.argv[3]));

async function measure(collector, path, headers) {
  const child = fork(import.meta.filename, ['ask', JSON.stringify({ port: Number(new URL(collector.base).port), path, headers })]);
  const counts = () => new Promise((resolve) => { child.once('message', resolve); child.send('count'); });
  try {
    await sleep(WARM_MS);
    const [before, cpuBefore, askingBefore] = [await counts(), cpuSeconds(collector.ready.pid), cpuSeconds(child.pid)];
    const began = performance.now();
    await sleep(MEASURED_MS);
    const [after, cpuAfter, askingAfter] = [await counts(), cpuSeconds(collector.ready.pid), cpuSeconds(child.pid)];
    const seconds = (performance.now() - began) / 1_000;
    return { perSecond: (after.answers - before.answers) / seconds, other: after.other, bytes: (after.bytes - before.bytes) / Math.max(1, after.answers - before.answers), cores: (cpuAfter - cpuBefore) / seconds, askingCores: (askingAfter - askingBefore) / seconds };
  } finally {
    child.kill('SIGKILL');
  }
}

export async function measurePublicPage() {
  const { collector, db, agencies } = await startCrowded(1);
  const [agency] = agencies;
  const traffic = startTraffic(collector, agencies, { services: 4, spans: 10, everyMs: 1_000 });
  try {
    const headers = { authorization: `Bearer ${agency.token}`, 'content-type': 'application/json' };
    const pipeline = { id: 'shop', name: { ko: '예약', en: 'Booking' }, stages: [1, 2, 3, 4].map((n) => ({ id: `stage-${n}`, match: { service: `service-${n}`, kind: 'server' } })) };
    await asked(`${collector.base}/api/v1/pipelines/shop`, { method: 'PUT', headers, body: JSON.stringify({ yaml: JSON.stringify(pipeline) }) });
    await asked(`${collector.base}/api/v1/public-page`, { method: 'PUT', headers, body: JSON.stringify({ enabled: true, pipeline: 'shop', agencyName: { ko: '기관', en: 'Agency' }, stages: [], announcements: [], override: null }) });
    for (let tries = 0; (await fetch(`${collector.base}/status/${agency.id}`)).status !== 200; tries++) {
      if (tries > 60) throw new Error('the public page never came');
      await sleep(500);
    }
    const address = `/status/${agency.id}`;
    const { headers: kept } = await fetch(`${collector.base}${address}/status.js`);
    return {
      page: await measure(collector, address, ['accept-encoding: gzip, br']),
      json: await measure(collector, `${address}/status.json`, ['accept-encoding: gzip, br']),
      unchanged: await measure(collector, `${address}/status.js`, [`if-none-match: ${kept.get('etag')}`]),
      failed: traffic.close().failed,
    };
  } finally {
    traffic.close();
    await db.destroy();
    await collector.remove();
  }
}

/** Errors: any answer but one of success. */
async function asked(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${address} → ${answer.status} ${await answer.text()}`);
}

export const publicPageSection = ({ page, json, unchanged }) => `
Question: how many requests a second does the public page stand? One collector that takes spans and refreshes the page meanwhile; ${CONNECTIONS} connections that stay
open, one request at a time on each, from a process on the same machine, which needs a core for itself. ${MEASURED_MS / 1_000} s each.

| asked for | answers/s | other answers | bytes an answer | cores, collector | cores, asking |
|---|---|---|---|---|---|
${[['the page', page], ['status.json', json], ['a file that has not changed, by its etag', unchanged]].map(([what, one]) => `| ${what} | **${Math.round(one.perSecond).toLocaleString('en')}** | ${one.other} | ${Math.round(one.bytes)} | ${one.cores.toFixed(2)} | ${one.askingCores.toFixed(2)} |`).join('\n')}

Wanted: 10,000 requests/s from one process on 2 cores. ${page.perSecond >= WANTED && page.other === 0 ? 'Holds' : '**Falls short**'}: ${Math.round(page.perSecond).toLocaleString('en')}/s. A static server or a CDN in front takes the rest: the page is a file.
`;
