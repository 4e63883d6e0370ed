// `narrows mark "four more servers" --subject stage=identity`: puts a marker down, so that the timeline can say afterwards
// whether it helped. Writes into the metadata file, whether or not a collector runs; from another machine a deployment's
// script sends the same to POST /api/v1/markers with an API token.
import { MARKER_KINDS, MARKER_TEXT_MAX, type MarkerKind, type Subject } from '@narrows/contract';
import { InvalidArgumentError, type Command } from 'commander';
import { createMarker } from '../access/markers.js';
import { readCollectorConfig } from '../config.js';
import { parseMoment } from './judge.js';
import { chooseAgency, withMetaDb } from './local-collector.js';

const SUBJECT_FIELDS = ['pipeline', 'stage', 'channel', 'service', 'instance', 'dependency', 'operation'] as const;

interface MarkOptions { kind: MarkerKind; subject: Subject; at?: number; data?: string; agency?: string }

export function addMarkCommand(program: Command): void {
  program.command('mark').description('Put down what was done just now: a deployment, or an action.')
    .argument('<text>', 'what was done, in a few words', parseText)
    .option('--kind <kind>', MARKER_KINDS.join(' or '), parseKind, 'action' as MarkerKind)
    .option('--subject <field=value>', `what it was done to: ${SUBJECT_FIELDS.join(', ')}; may be given several times`, addField, {})
    .option('--at <moment>', 'when it was done, Unix ms or a date; left out: now', parseMoment)
    .option('--data <dir>', 'data directory of the collector').option('--agency <id>', 'agency')
    .action(async (text: string, { kind, subject, at, data, agency }: MarkOptions) => {
      await withMetaDb(readCollectorConfig(process.env, { dataDir: data }), async (db) => {
        const owner = await chooseAgency(db, agency);
        const marker = await createMarker(db, { agency: owner.id, user: 'command line' }, { text, kind, subject, at }, Date.now());
        process.stdout.write(`${marker.id}\t${new Date(marker.at).toISOString()}\t${marker.kind}\t${marker.text}\n`);
      });
    });
}

function parseText(text: string): string {
  if (text.trim() !== '' && text.length <= MARKER_TEXT_MAX) return text;
  throw new InvalidArgumentError(`It is 1 to ${MARKER_TEXT_MAX} characters.`);
}
function parseKind(text: string): MarkerKind {
  const kind = MARKER_KINDS.find((one) => one === text);
  if (kind) return kind;
  throw new InvalidArgumentError(`It is ${MARKER_KINDS.join(' or ')}.`);
}
function addField(text: string, before: Subject): Subject {
  const [, name, value] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  const field = SUBJECT_FIELDS.find((one) => one === name);
  if (field && value && value.length <= 200) return { ...before, [field]: value };
  throw new InvalidArgumentError(`It is FIELD=VALUE, with one of ${SUBJECT_FIELDS.join(', ')}.`);
}
