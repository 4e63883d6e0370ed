// A page of ours as PDF, by a Chromium where there is one: it gets the page as a file in a directory of its own and no network.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { NarrowsError } from '@narrows/contract';

const PRINT_MS_MAX = 30_000;

/** Errors: NOT_FOUND where no Chromium is configured, INTERNAL where it fails. */
export async function printPdf(chromium: string, page: string): Promise<Buffer> {
  if (chromium === '') throw new NarrowsError('NOT_FOUND', 'There is no Chromium here (NARROWS_CHROMIUM). Open the report as a page and print it from your browser.');
  const dir = await mkdtemp(path.join(os.tmpdir(), 'narrows-print-'));
  try {
    const [source, target] = [path.join(dir, 'report.html'), path.join(dir, 'report.pdf')];
    await writeFile(source, page);
    // Root may not use the sandbox; the page has no script and the browser no network.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    await promisify(execFile)(chromium, ['--headless', ...sandbox, '--disable-gpu', '--no-pdf-header-footer', '--blink-settings=scriptEnabled=false', '--proxy-server=127.0.0.1:9', `--user-data-dir=${path.join(dir, 'profile')}`, `--print-to-pdf=${target}`, `file://${source}`], { timeout: PRINT_MS_MAX });
    return await readFile(target);
  } catch (cause) {
    throw new NarrowsError('INTERNAL', 'Chromium could not print the report.', { cause });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
