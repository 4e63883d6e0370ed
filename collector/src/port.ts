// Ports: asked about before the collector opens its store, which takes seconds, and explained when they cannot be had.
import net from 'node:net';
import { NarrowsError } from '@narrows/contract';

/** Errors: PORT_IN_USE, CONFIG_INVALID. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (port === 0) return;
  const probe = net.createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) => reject(portError(cause, port, host)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** What the system says about a port, as a sentence. */
export function portError(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE') return new NarrowsError('PORT_IN_USE', `Port ${port} on ${host} is in use by another program.`, { cause });
  if (cause.code === 'EACCES') return new NarrowsError('PORT_IN_USE', `Port ${port} on ${host} may not be used by this user.`, { cause });
  if (cause.code === 'EADDRNOTAVAIL') return new NarrowsError('CONFIG_INVALID', `This machine has no address ${host}.`, { cause });
  return cause;
}
