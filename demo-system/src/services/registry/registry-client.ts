// How the newer services ask the old registry: few connections, kept open, each doing one thing at a time.
import http from 'node:http';

const CONNECTIONS_MAX = 12;
const ANSWER_TIMEOUT_MS = 5_000;

/** A client for the registry at `url`. Errors: whatever the connection says, or a status other than 200. */
export function createRegistryClient(url: string): { get<T>(path: string): Promise<T>; close(): void } {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  return {
    get: <T>(path: string) => new Promise<T>((resolve, reject) => {
      const request = http.get(url + path, { agent, timeout: ANSWER_TIMEOUT_MS }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()) as T);
          else reject(new Error(`the registry answered ${response.statusCode} to ${path}`));
        });
      });
      request.on('timeout', () => request.destroy(new Error('the registry did not answer in time')));
      request.on('error', reject);
    }),
    close: () => agent.destroy(),
  };
}
