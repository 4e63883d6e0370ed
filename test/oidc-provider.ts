// A provider of single sign-on for a browser test, and the certificate of a closed network's own authority where openssl can sign one.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = path.resolve(import.meta.dirname, '../collector/test/oidc-process.mjs');

export interface TestPerson { name?: string; preferred_username?: string; email?: string; email_verified?: boolean; groups?: string[] }
export interface ProviderProcess { issuer: string; change: (people: Record<string, TestPerson | null>) => void; stop: () => Promise<void> }

export async function startProvider(options: { people: Record<string, TestPerson>; client: object; redirectsTo: string; tls?: { key: string; cert: string } | undefined }): Promise<ProviderProcess> {
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const issuer = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout!).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
  });
  return {
    issuer,
    change: (people) => { child.stdin!.write(`${JSON.stringify(people)}\n`); },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** `ca.crt`, and a server's key and certificate for 127.0.0.1 that it has signed; null where there is no openssl. */
export function makeAuthority(dir: string): { ca: string; key: string; cert: string } | null {
  if (spawnSync('openssl', ['version']).status !== 0) return null;
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '1', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=authority of a closed network');
  writeFileSync(path.join(dir, 'names'), 'subjectAltName=IP:127.0.0.1');
  openssl('req', '-new', ...curve, '-keyout', 'sso.key', '-out', 'sso.csr', '-subj', '/CN=sso');
  openssl('x509', '-req', '-in', 'sso.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names', '-out', 'sso.crt');
  return { ca: path.join(dir, 'ca.crt'), key: path.join(dir, 'sso.key'), cert: path.join(dir, 'sso.crt') };
}
