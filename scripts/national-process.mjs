// How the process that plays a national day is started: with room for the day's people in its heap, and with their columns in
// huge pages. Ten million places are read at random; with pages of four kilobytes the processor spends a quarter of the day
// looking up where they are. Where the C library or the kernel has no such pages, nothing changes.
import path from 'node:path';
import { ROOT } from './setup.mjs';

/** `--max-old-space-size` in MiB. What the collector beside it is started with is not touched: `demo-system/src/environment.ts`. */
export const NATIONAL_PROCESS = {
  command: process.execPath,
  args: ['--max-old-space-size=4096', path.join(ROOT, 'demo-system', 'dist', 'national', 'main.js')],
  env: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env },
};
