// The directory that everything durable lies in: made when it is not there, and refused when the disk has no room left.
import { mkdirSync, statfsSync } from 'node:fs';
import { NarrowsError } from '@narrows/contract';

/** Errors: CONFIG_INVALID, DISK_FULL. */
export function makeDataDir(root: string, freeBytesMin: number): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `The data directory ${root} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  if (free < freeBytesMin) throw new NarrowsError('DISK_FULL', `${root} has ${mebibytes(free)} MiB free, at least ${mebibytes(freeBytesMin)} MiB are needed.`);
}

const mebibytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
