import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freePort, preflight, thisMachine } from './preflight.js';

const GIB = 1024 ** 3;
const own = { ownCollector: true };
const roomy = { diskBytesFree: () => 100 * GIB, memoryBytesAvailable: () => 100 * GIB };
const options = async () => ({ port: await freePort(), otlpPort: await freePort(), dataDir: path.join(os.tmpdir(), 'not-there-yet', 'deeper'), jsonFile: null, controlPort: 0, truthFile: null });

test('a port that somebody listens on is named with the option that chooses another', async () => {
  const server = net.createServer();
  const port = await new Promise<number>((resolve) => { server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port)); });
  await expect(preflight({ ...await options(), port }, own, roomy)).rejects.toThrow(`Port ${port} is in use by another program; stop it, or choose another port with --port.`);
  await expect(preflight({ ...await options(), otlpPort: port }, own, roomy)).rejects.toThrow('--otlp-port');
  server.close();
});

test('too little disk or memory is one sentence with what there is and what is needed', async () => {
  await expect(preflight(await options(), own, { ...roomy, diskBytesFree: () => 0.4 * GIB })).rejects.toThrow(/Only 0\.4 GiB of disk .*needs 1\.0 GiB.*--data/);
  await expect(preflight(await options(), own, { ...roomy, memoryBytesAvailable: () => 1.2 * GIB })).rejects.toThrow(/Only 1\.2 GiB of memory .*needs 1\.5 GiB/);
});

test('a --json file in a folder that does not exist is told before anything starts', async () => {
  await expect(preflight({ ...await options(), jsonFile: '/no/such/folder/out.json' }, own, roomy)).rejects.toThrow('/no/such/folder');
});

test('this machine tells its space and memory, also for a directory that does not exist yet', async () => {
  expect(thisMachine.diskBytesFree((await options()).dataDir)).toBeGreaterThan(0);
  expect(thisMachine.memoryBytesAvailable()).toBeGreaterThan(0);
});
