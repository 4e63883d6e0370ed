// Replaces a small file as a whole: after a crash at any moment its name leads to the old content or to the new one, never
// to a part of either.
import { join } from 'node:path';
import type { SpoolFile, SpoolFiles } from './files.js';

/** Durable when it resolves. The file comes back open, for those who go on appending. */
export async function replaceFile(files: SpoolFiles, directory: string, name: string, content: readonly Uint8Array[]): Promise<SpoolFile> {
  const fresh = join(directory, `${name}.new`);
  if ((await files.list(directory)).includes(`${name}.new`)) await files.remove(fresh);
  const file = await files.create(fresh);
  try {
    if (content.length > 0) await file.append(content);
    await file.sync();
    await files.rename(fresh, join(directory, name));
    await files.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}
