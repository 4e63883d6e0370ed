// The public page as files that any static server or CDN can serve: written beside their place and renamed into it, so that a
// reader finds the old file or the new one and never half of one.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PublicStatus } from '@narrows/contract';
import type { StatusFiles } from './status-door.js';
import { statusPage } from './status-page.js';
import { STATUS_SCRIPT } from './status-style.js';

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** All files of one agency. '' is the page under an address without a slash at its end, whose links begin with the agency's name. */
export function statusFiles(agency: string, status: PublicStatus, timeZone: string): StatusFiles {
  const page = (language: 'ko' | 'en', prefix: string) => ({ type: HTML, text: statusPage(status, { language, timeZone, prefix }) });
  return {
    '': page('ko', `${encodeURIComponent(agency)}/`), 'index.html': page('ko', ''), 'en.html': page('en', ''),
    'status.json': { type: JSON_TYPE, text: `${JSON.stringify(status)}\n` }, 'status.js': { type: SCRIPT, text: STATUS_SCRIPT },
  };
}

/** An agency's id is a name and no path. */
const isPlain = (agency: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(agency);

export async function writeStatusFiles(directory: string, agency: string, files: StatusFiles): Promise<void> {
  if (!isPlain(agency)) return;
  const own = path.join(directory, agency);
  await mkdir(own, { recursive: true });
  for (const [name, { text }] of Object.entries(files)) {
    if (name === '') continue;
    const target = path.join(own, name);
    await writeFile(`${target}.next`, text);
    await rename(`${target}.next`, target);
  }
}

export async function removeStatusFiles(directory: string, agency: string): Promise<void> {
  if (isPlain(agency)) await rm(path.join(directory, agency), { recursive: true, force: true });
}
