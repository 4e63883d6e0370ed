// HTTP/2 conformance of the gRPC port against node:http2 itself, in one run of the same Node. What Node gets wrong is
// Node's; the question here is whether our settings, limits and the look at the first bytes make anything worse.
//
//   node bench/h2spec.mjs        needs h2spec on the PATH, or its path in H2SPEC:
//   go install github.com/summerwind/h2spec/cmd/h2spec@latest
//
// Exit code 0: every case that the bare server passes is passed by ours.
import { execFile } from 'node:child_process';
import http2 from 'node:http2';
import { createEntrance } from '../collector/dist/receive/entrance.js';
import { GrpcReceiver } from '../collector/dist/receive/grpc-receiver.js';

const H2SPEC = process.env.H2SPEC ?? 'h2spec';
const MISSING = `${H2SPEC} is not there. Get it by: go install github.com/summerwind/h2spec/cmd/h2spec@latest (Go 1.20 or newer), or set H2SPEC to its path.`;
const HOST = '127.0.0.1';
/** Some cases race the answer against the next frame. Both servers get as many tries, and a case once passed is passed. */
const ROUNDS = 3;

async function startOurs() {
  const nothing = () => undefined;
  const entrance = await createEntrance({
    next: async () => ({ accepted: 0, rejected: 0, rejectedMessage: '', duplicate: false }), authenticate: async () => null,
    counters: { accepted: nothing, rejected: nothing }, onFault: (error) => { throw error; }, now: Date.now, inFlightBytesMax: 128 * 1024 * 1024,
  });
  const receiver = new GrpcReceiver({ entrance });
  await receiver.listen({ port: 0, host: HOST });
  return { port: receiver.server.address().port, close: () => receiver.close() };
}

async function startBare() {
  const server = http2.createServer((_request, response) => response.end('a body of a few bytes\n'));
  const sessions = new Set();
  server.on('session', (session) => { sessions.add(session); session.once('close', () => sessions.delete(session)); });
  await new Promise((resolve) => { server.listen(0, HOST, resolve); });
  return {
    port: server.address().port,
    close: () => new Promise((resolve) => { server.close(resolve); for (const session of sessions) session.destroy(); }),
  };
}

/** Case → passed. h2spec prints sections by indent, and each case twice in its line: before and, behind "\r", after its run. */
function readReport(text) {
  const cases = new Map();
  const sections = [];
  for (const line of text.split(/^Failures:/m)[0].split('\n')) {
    const last = line.split('\r').at(-1);
    const [, indent, sign, sentence] = /^(\s*)([✔×?])? ?(.*)$/.exec(last);
    if (sign) cases.set([...sections, sentence].join(' › '), sign === '✔');
    else if (/^(\d+\.|Generic|Hypertext|HPACK)/.test(sentence)) sections.splice(indent.length / 2, Infinity, sentence);
  }
  return cases;
}

function run(port) {
  return new Promise((resolve, reject) => {
    execFile(H2SPEC, ['-h', HOST, '-p', String(port), '-o', '4'], { maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      if (error?.code === 'ENOENT') reject(new Error(MISSING));
      else resolve(readReport(stdout));
    });
  });
}

const reports = { bare: new Map(), ours: new Map() };
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, start] of [['bare', startBare], ['ours', startOurs]]) {
    const server = await start();
    try {
      for (const [one, ok] of await run(server.port)) reports[name].set(one, ok || reports[name].get(one) === true);
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      process.exit(2);
    } finally {
      await server.close();
    }
  }
}
const passed = (report) => [...report.values()].filter(Boolean).length;
const worse = [...reports.bare].filter(([name, ok]) => ok && reports.ours.get(name) !== true).map(([name]) => name);
const better = [...reports.ours].filter(([name, ok]) => ok && reports.bare.get(name) !== true).map(([name]) => name);
process.stdout.write(`node ${process.version}, node:http2 ${passed(reports.bare)}/${reports.bare.size}, the gRPC port ${passed(reports.ours)}/${reports.ours.size}, best of ${ROUNDS} rounds; skipped cases are not counted\n`);
for (const name of worse) process.stdout.write(`worse   ${name}\n`);
for (const name of better) process.stdout.write(`better  ${name}\n`);
process.exit(worse.length > 0 || reports.bare.size === 0 ? 1 : 0);
