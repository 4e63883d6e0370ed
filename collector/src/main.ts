// The command line: one word a command, `--help` on each. An operating error is one clear sentence and exit code 1;
// anything else is a fault of ours and shows its stack.
import { ERRORS, NarrowsError } from '@narrows/contract';
import { Command } from 'commander';
import { addApplyCommand, addExportCommand } from './command/apply.js';
import { addAuditCommand } from './command/audit.js';
import { addDoctorCommand } from './command/doctor.js';
import { addJudgeCommand } from './command/judge.js';
import { addKeyCommand, addLoginLinkCommand } from './command/keys.js';
import { addMarkCommand } from './command/mark.js';
import { addRelayCommand } from './command/relay.js';
import { addReplayCommand } from './command/replay.js';
import { addServeCommand } from './command/serve.js';
import { addWatchdogCommand } from './command/watchdog.js';
import { VERSION } from './version.js';

const program = new Command('narrows')
  .description('Finds the narrow place of a service while the crowd is still standing in front of it.')
  .version(VERSION)
  .addHelpText('after', '\nEvery setting is also an environment variable NARROWS_…; see docs/config.md.');
for (const add of [addServeCommand, addRelayCommand, addDoctorCommand, addReplayCommand, addJudgeCommand, addMarkCommand, addKeyCommand, addLoginLinkCommand, addApplyCommand, addExportCommand, addAuditCommand, addWatchdogCommand]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof NarrowsError)) throw error;
  process.stderr.write(`narrows: ${error.message}\n         ${ERRORS[error.code].doc} (${error.code})\n`);
  process.exitCode = 1;
}
