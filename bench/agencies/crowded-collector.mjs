// A collector with many agencies on it: made in its metadata while it runs, each with a key to send and a token to read, and their
// traffic: so many services each, so many spans a second, as JSON over connections that stay open.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { ensureAgency } from '../../collector/dist/access/agencies.js';
import { createCredential } from '../../collector/dist/access/credentials.js';
import { openMetaDb } from '../../collector/dist/access/meta-db.js';
import { MeasuredCollector } from '../measured-collector.mjs';

const ROUTES = ['/enter', '/verify', '/form', '/reservations'];
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

/** `agencies`: `{ id, key, token }` each. */
export async function startCrowded(count, env = {}) {
  const collector = await MeasuredCollector.start({ NARROWS_SELF_METRICS: '0', NARROWS_LOGIN_LINK: 'false', ...env });
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  const agencies = [];
  for (let i = 0; i < count; i++) {
    const id = `agency-${i + 1}`;
    await ensureAgency(db, { id, name: id, timeZone: 'Asia/Seoul' }, Date.now());
    const { secret: key } = await createCredential(db, { kind: 'ingest', agency: id, name: 'bench' }, Date.now());
    const { secret: token } = await createCredential(db, { kind: 'api', agency: id, name: 'bench', role: 'agency-admin' }, Date.now());
    agencies.push({ id, key, token });
  }
  return { collector, db, agencies };
}

/** One request: for each service `spans` server spans that ended within the `spreadMs` before `endMs`. */
export function spansBody({ services, spans, endMs, spreadMs }) {
  return JSON.stringify({
    resourceSpans: Array.from({ length: services }, (_, service) => ({
      resource: { attributes: [attribute('service.name', `service-${service + 1}`), attribute('service.instance.id', `service-${service + 1}-a`)] },
      scopeSpans: [{ spans: Array.from({ length: spans }, (_, i) => {
        const end = BigInt(Math.floor(endMs - (spreadMs * (i + Math.random())) / spans)) * 1_000_000n;
        const failed = Math.random() < 0.02;
        return {
          traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), kind: 2, name: `GET ${ROUTES[service % 4]}`,
          startTimeUnixNano: String(end - BigInt(Math.floor(5 + Math.random() * 90)) * 1_000_000n), endTimeUnixNano: String(end),
          attributes: [attribute('http.route', ROUTES[service % 4]), attribute('http.request.method', 'GET')], status: failed ? { code: 2 } : {},
        };
      }) }],
    })),
  });
}
const attribute = (key, stringValue) => ({ key, value: { stringValue } });

/** Errors: any answer but 200. */
export function sendSpans(collector, { key }, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(collector.endpoint('traces'), { method: 'POST', agent, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume().on('end', () => { if (answer.statusCode === 200) resolve(); else reject(new Error(`sending is answered with ${answer.statusCode}`)); });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Every agency sends every `everyMs`, one after the other through that time. `close` ends it and gives what was sent; a request that failed is counted. */
export function startTraffic(collector, agencies, { services, spans, everyMs }) {
  const sent = { requests: 0, spans: 0, failed: 0 };
  let turn = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    for (const due = Math.floor(((performance.now() - began) / everyMs) * agencies.length); turn < due; turn++) {
      sendSpans(collector, agencies[turn % agencies.length], spansBody({ services, spans, endMs: Date.now(), spreadMs: everyMs }))
        .then(() => { sent.requests++; sent.spans += services * spans; }, () => { sent.failed++; });
    }
  }, 10);
  return { close: () => { clearInterval(timer); return sent; } };
}
