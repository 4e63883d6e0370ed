// One directory serves one process. The lock file holds the owner's process id and start time; a lock whose owner is
// dead, or whose id now belongs to a younger process (a container restarts with the same ids), is taken over.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NarrowsError } from '@narrows/contract';
import type { SpoolFiles } from './files.js';

export interface ProcessIdentity {
  pid: number;
  /** Distinguishes two processes that had the same id one after the other. '' where the system does not say. */
  startedAt: string;
  /** Start mark of a running process, null when there is none under this id. */
  startOf(pid: number): string | null;
}

/** This process, as the system describes it. */
export function currentProcess(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid) ?? '', startOf };
}

function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  try {
    // Field 22 of /proc/PID/stat, counted behind the command name, which may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // No /proc on this system: the id alone decides.
  }
}

/** Lock a directory. Errors: DATA_DIR_LOCKED. Returns the function that unlocks it. */
export async function lockDirectory(files: SpoolFiles, directory: string, self: ProcessIdentity): Promise<() => Promise<void>> {
  const path = join(directory, 'lock');
  for (;;) {
    try {
      const file = await files.create(path);
      await file.append([Buffer.from(`${self.pid} ${self.startedAt}\n`, 'utf8')]);
      await file.sync();
      await file.close();
      return () => files.remove(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    await removeIfStale(files, directory, path, self);
  }
}

async function removeIfStale(files: SpoolFiles, directory: string, path: string, self: ProcessIdentity): Promise<void> {
  const held = await readLock(files, path);
  if (held === null) return;
  const [pid, startedAt] = held.trim().split(' ');
  const running = self.startOf(Number(pid));
  if (running !== null && (running === '' || !startedAt || running === startedAt)) {
    throw new NarrowsError('DATA_DIR_LOCKED', `${directory} is used by process ${pid}`);
  }
  // Moved away and looked at again: between reading and removing, another process may have taken the stale lock over.
  const aside = `${path}-${randomBytes(6).toString('hex')}`;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (await readLock(files, aside) !== held) {
    await files.rename(aside, path);
    throw new NarrowsError('DATA_DIR_LOCKED', `${directory} was taken by another process just now`);
  }
  await files.remove(aside);
}

async function readLock(files: SpoolFiles, path: string): Promise<string | null> {
  try {
    return (await files.read(path)).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
