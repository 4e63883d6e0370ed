// A server begins to listen, and stops: the same for both doors.
import type net from 'node:net';

/** Rejects with the system's error when the port cannot be had. */
export function listenAt(server: net.Server, at: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Takes no new connections, gives what is under way so long, then hangs up. */
export async function closeWithin(server: net.Server, ms: number, hangUp: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
  const timer = setTimeout(hangUp, ms);
  await closed;
  clearTimeout(timer);
}
