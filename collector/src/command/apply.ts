// `narrows apply` and `narrows export`: a whole agency as one YAML file. Applying shows what it changes, and the same file again
// changes nothing; a running collector follows within seconds.
import { readFileSync } from 'node:fs';
import { NarrowsError } from '@narrows/contract';
import type { Command } from 'commander';
import { appendAudit } from '../access/audit-log.js';
import { ADMIN } from '../access/login-links.js';
import type { Difference } from '../agency-file.js';
import { readCollectorConfig } from '../config.js';
import { chooseAgency, withMetaDb } from './local-collector.js';

export function addApplyCommand(program: Command): void {
  program.command('apply').description('Bring an agency to what its YAML file says; shows what changes.')
    .argument('<file>', 'as `narrows export` writes it; "-" for standard input')
    .option('--data <dir>', 'data directory of the collector').option('--dry-run', 'show it and change nothing')
    .action(async (name: string, options: { data?: string; dryRun?: boolean }) => {
      const config = readCollectorConfig(process.env, { dataDir: options.data });
      const { applyAgency, planAgency, readAgencyFile } = await import('../agency-file.js'); // The other commands start without a schema compiler.
      const file = readAgencyFile(textOf(name));
      await withMetaDb(config, async (db) => {
        if (options.dryRun) {
          process.stdout.write(shown(await planAgency(db, file)));
          return;
        }
        const nowMs = Date.now();
        const { differences, keys } = await applyAgency(db, file, { timeZone: config.timeZone, nowMs });
        if (differences.length > 0) await appendAudit(db, { agency: file.agency, actor: ADMIN, role: 'platform-admin', origin: 'command line', action: 'agency applied', subject: file.agency, detail: { changed: differences.map(({ what }) => what) } }, nowMs);
        process.stdout.write(shown(differences));
        for (const { name: key, secret } of keys) process.stdout.write(`key ${key}: ${secret}\n`);
        if (keys.length > 0) process.stderr.write('This is the only time that these keys are shown.\n');
      });
    });
}

export function addExportCommand(program: Command): void {
  program.command('export').description('An agency as one YAML file, without secrets.')
    .option('--data <dir>', 'data directory of the collector').option('--agency <id>', 'agency')
    .action(async (options: { data?: string; agency?: string }) => {
      const { exportAgency } = await import('../agency-file.js');
      await withMetaDb(readCollectorConfig(process.env, { dataDir: options.data }), async (db) => {
        process.stdout.write(await exportAgency(db, (await chooseAgency(db, options.agency)).id));
      });
    });
}

function textOf(name: string): string {
  try {
    return readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (cause) {
    throw new NarrowsError('CONFIG_INVALID', `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function shown(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'Nothing to change.\n';
  return differences.map(({ what, before, after }) => `${before === null ? '+' : after === null ? '-' : '~'} ${what}${before === null ? '' : `\n    was ${before}`}${after === null ? '' : `\n    now ${after}`}\n`).join('');
}
