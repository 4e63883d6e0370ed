// The embedded engine behind as much of ClickHouse's HTTP interface as the Collector's exporter uses, since no ClickHouse
// server can be had where this runs. A thin process: an insert's body goes to a file as it comes, and the engine, a
// process of its own as in our collector and with the same settings, reads the file. Its own CPU time is not counted.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineProcess } from '../../collector/dist/store/engine-process.js';

const INSERT = /^\s*INSERT INTO (?<target>\S+) \((?<columns>[^)]*)\)/;
/** As our collector loads: no compiled expressions, one thread to insert. */
const LOAD_SETTINGS = { compile_expressions: 0, compile_aggregate_expressions: 0, compile_sort_description: 0, max_threads: 1, max_insert_threads: 1 };
const HELLO = 'SELECT displayName(), version(), revision(), timezone()';
const [, , dir] = process.argv;
const engine = await EngineProcess.start(path.join(dir, 'store'));

const text = (value) => [Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)];
const column = (name, type, value) => [...text(name), ...text(type), Buffer.from([0]), ...value];

/**
 * The one answer in the protocol of a TCP client (block info, a byte for custom serialisation). It says revision 0, and
 * from then on the client speaks plain Native, as the engine does.
 */
function helloAnswer() {
  const blockInfo = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
  return Buffer.concat([
    blockInfo, Buffer.from([4, 1]), ...column('displayName()', 'String', text('embedded')), ...column('version()', 'String', text('26.7.1.1')),
    ...column('revision()', 'UInt32', [Buffer.alloc(4)]), ...column('timezone()', 'String', text('UTC')),
  ]);
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost');
  const inUrl = url.searchParams.get('query');
  const insert = inUrl === null ? null : INSERT.exec(inUrl)?.groups;
  if (insert) {
    const file = path.join(dir, `${randomUUID()}.Native`);
    await pipeline(request, fs.createWriteStream(file));
    await engine.run({ sql: `INSERT INTO ${insert.target} (${insert.columns}) SELECT ${insert.columns} FROM file('${file}', 'Native')`, params: {}, settings: LOAD_SETTINGS });
    await fs.promises.rm(file);
    response.end();
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const sql = `${inUrl ?? ''}${Buffer.concat(chunks).toString('utf8')}`;
  if (sql.trim() === HELLO) { response.end(helloAnswer()); return; }
  const format = /^\s*(SELECT|DESC|SHOW|EXISTS)/i.test(sql) && !/\bFORMAT\s+\w+\s*$/i.test(sql) ? ' FORMAT Native' : '';
  response.end(await engine.run({ sql: sql + format, params: {}, settings: {} }));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}`, enginePid: engine.pid }));
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void engine.close().then(() => process.exit(0));
});
