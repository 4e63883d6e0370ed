// Ports: asked about before the collector opens its store, which takes seconds, and explained when they cannot be had.
import net, { type AddressInfo } from 'node:net';
import { NarrowsError } from '@narrows/contract';

/** What can be made to listen: a server of Fastify's, or our own. */
interface Door { server: Pick<net.Server, 'address'>; listen(at: { port: number; host: string }): Promise<unknown> }

/** Errors: PORT_IN_USE, CONFIG_INVALID. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (port === 0) return;
  const probe = net.createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) => reject(portError(cause, port, host)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** The port it listens on, where 0 took a free one. Errors: PORT_IN_USE, CONFIG_INVALID. */
export async function listen(door: Door, port: number, host: string): Promise<number> {
  try {
    await door.listen({ port, host });
  } catch (cause) {
    throw portError(cause as NodeJS.ErrnoException, port, host);
  }
  return (door.server.address() as AddressInfo).port;
}

/** What the system says about a port, as a sentence. */
export function portError(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE') return new NarrowsError('PORT_IN_USE', `Port ${port} on ${host} is in use by another program.`, { cause });
  if (cause.code === 'EACCES') return new NarrowsError('PORT_IN_USE', `Port ${port} on ${host} may not be used by this user.`, { cause });
  if (cause.code === 'EADDRNOTAVAIL') return new NarrowsError('CONFIG_INVALID', `This machine has no address ${host}.`, { cause });
  return cause;
}
