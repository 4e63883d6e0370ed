// `narrows key` and `narrows login-link`: who may send and who may look, changed in the metadata file. A running
// collector sees it within seconds.
import { isRole, NarrowsError, ROLES, type Role } from '@narrows/contract';
import { InvalidArgumentError, type Command } from 'commander';
import { createCredential, listCredentials, revokeCredential, type CredentialKind } from '../access/credentials.js';
import { ADMIN, createLoginLink, LOGIN_LINK_LIFE_MS } from '../access/login-links.js';
import { publicUrl, readCollectorConfig } from '../config.js';
import { chooseAgency, withMetaDb } from './local-collector.js';

const DAY_MS = 24 * 3600_000;

export function addKeyCommand(program: Command): void {
  const key = program.command('key').description('Ingestion keys (to send) and API tokens (to read).');
  key.command('create').description('Make one. It is shown once.')
    .option('--data <dir>', 'data directory of the collector').option('--agency <id>', 'agency it belongs to')
    .option('--name <name>', 'what it is for', 'unnamed')
    .option('--for <use>', '"ingest" to send, "api" to read', parseKind, 'ingest' as CredentialKind)
    .option('--role <role>', `what a token may do: ${ROLES.join(', ')} (responder)`, parseRole)
    .option('--days <days>', 'how long it is good for; left out: until revoked', parseDays)
    .action(async (options: { data?: string; agency?: string; name: string; for: CredentialKind; role?: Role; days?: number }) => {
      await withMetaDb(readCollectorConfig(process.env, { dataDir: options.data }), async (db) => {
        const agency = await chooseAgency(db, options.agency);
        const nowMs = Date.now();
        const expiresAtMs = options.days === undefined ? undefined : nowMs + options.days * DAY_MS;
        const { secret, credential } = await createCredential(db, { kind: options.for, agency: agency.id, name: options.name, role: options.role, expiresAtMs }, nowMs);
        process.stdout.write(`${secret}\n`);
        process.stderr.write(`Number ${credential.id}, ${describeKind(credential.kind)} of agency ${agency.id}. This is the only time it is shown.\n`);
      });
    });
  key.command('list').description('All of them, without their secrets.').option('--data <dir>', 'data directory of the collector').option('--json', 'as JSON')
    .action(async (options: { data?: string; json?: boolean }) => {
      const credentials = await withMetaDb(readCollectorConfig(process.env, { dataDir: options.data }), listCredentials);
      if (options.json) process.stdout.write(`${JSON.stringify(credentials)}\n`);
      else for (const c of credentials) process.stdout.write(`${[c.id, c.kind, c.agency, c.hint, c.revokedAtMs ? 'revoked' : lifeOf(c.expiresAtMs), c.name].join('\t')}\n`);
    });
  key.command('revoke').description('Refuse it from now on; a running collector follows within seconds.').argument('<number>', 'as `key list` shows it', parseNumber)
    .option('--data <dir>', 'data directory of the collector')
    .action(async (id: number, options: { data?: string }) => {
      const revoked = await withMetaDb(readCollectorConfig(process.env, { dataDir: options.data }), (db) => revokeCredential(db, id, Date.now()));
      if (!revoked) throw new NarrowsError('NOT_FOUND', `There is no key ${id} that could be revoked.`);
      process.stdout.write(`Key ${id} is revoked.\n`);
    });
}

export function addLoginLinkCommand(program: Command): void {
  program.command('login-link').description(`Print a link that logs in once, within ${LOGIN_LINK_LIFE_MS / 60_000} minutes.`)
    .option('--data <dir>', 'data directory of the collector').option('--port <port>', 'port of the dashboard').option('--agency <id>', 'agency to log in to')
    .action(async (options: { data?: string; port?: string; agency?: string }) => {
      const config = readCollectorConfig(process.env, { dataDir: options.data, port: options.port });
      await withMetaDb(config, async (db) => {
        const agency = await chooseAgency(db, options.agency);
        process.stdout.write(`${publicUrl(config, config.port)}/login?token=${await createLoginLink(db, { agency: agency.id, user: ADMIN }, Date.now())}\n`);
      });
    });
}

const describeKind = (kind: CredentialKind) => (kind === 'ingest' ? 'an ingestion key' : 'an API token');
const lifeOf = (expiresAtMs: number | null) => (expiresAtMs === null ? 'good' : `good until ${new Date(expiresAtMs).toISOString()}`);

function parseKind(text: string): CredentialKind {
  if (text === 'ingest' || text === 'api') return text;
  throw new InvalidArgumentError('It is "ingest" or "api".');
}
function parseRole(text: string): Role {
  if (isRole(text)) return text;
  throw new InvalidArgumentError(`It is one of ${ROLES.join(', ')}.`);
}
function parseNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number above 0.');
}
const parseDays = parseNumber;
