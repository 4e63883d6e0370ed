// `narrows audit verify`: walks the chain of every agency's audit log and says where one breaks. Its last hash, written down
// elsewhere, proves later that nothing before it was rewritten.
import type { Command } from 'commander';
import { auditedAgencies, verifyAudit } from '../access/audit-log.js';
import { readCollectorConfig } from '../config.js';
import { withMetaDb } from './local-collector.js';

export function addAuditCommand(program: Command): void {
  program.command('audit').description('The audit log.').command('verify').description('Check that every entry follows from the one before.')
    .option('--data <dir>', 'data directory of the collector').option('--agency <id>', 'only this agency').option('--json', 'as JSON')
    .action(async (options: { data?: string; agency?: string; json?: boolean }) => {
      await withMetaDb(readCollectorConfig(process.env, { dataDir: options.data }), async (db) => {
        const verdicts = [];
        for (const agency of options.agency === undefined ? await auditedAgencies(db) : [options.agency]) verdicts.push(await verifyAudit(db, agency));
        if (options.json) process.stdout.write(`${JSON.stringify(verdicts)}\n`);
        else for (const { agency, entries, lastHash, fault } of verdicts) process.stdout.write(`${fault === null ? 'ok  ' : 'BAD '} ${agency}: ${entries} entries, ${fault === null ? `last hash ${lastHash}` : `entry ${fault.sequence} is ${fault.what}`}\n`);
        if (verdicts.some(({ fault }) => fault !== null)) process.exitCode = 1;
      });
    });
}
