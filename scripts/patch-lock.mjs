// Completes package-lock.json after a dependency change. A registry mirror may lack packages for other platforms; npm
// then leaves them out of the lock and `npm ci` refuses it there and breaks elsewhere. This adds the missing optional
// entries (version, os, cpu, libc) so that one lock serves Linux, macOS and Windows. Run as `npm run lock`.
import fs from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const FOREIGN_SYSTEMS = ['darwin', 'win32', 'android', 'freebsd', 'openharmony'];
const CPUS = [[/arm64|aarch64/, 'arm64'], [/x64/, 'x64'], [/ia32/, 'ia32'], [/riscv/, 'riscv64'], [/ppc/, 'ppc64'], [/s390/, 's390x'], [/loong64/, 'loong64'], [/arm/, 'arm'], [/wasm/, 'wasm32']];

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${path}/node_modules/${name}`]) continue;
    const os = FOREIGN_SYSTEMS.find((system) => name.includes(system)) ?? (/windows/.test(name) ? 'win32' : /wasm/.test(name) ? undefined : 'linux');
    const cpu = CPUS.find(([pattern]) => pattern.test(name))?.[1];
    const libc = /musl/.test(name) ? 'musl' : /linux.*gnu/.test(name) ? 'glibc' : undefined;
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), optional: true, ...(os && { os: [os] }),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
