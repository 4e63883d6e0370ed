// `narrows watchdog`: a tiny process on another machine that asks a collector whether it lives, and tells people by the same
// channels when it does not, since a collector that is gone can say nothing. Its settings are a file of its own; it needs
// neither store nor database. It says each change once, and tries again until it was told.
import { readFileSync } from 'node:fs';
import { NarrowsError, type ChannelDraft } from '@narrows/contract';
import type { Command } from 'commander';
import Type, { type Static } from 'typebox';
import { parseDocument } from 'yaml';
import { AddressGuard, parseNetworks } from '../alert/address-guard.js';
import { checkChannel } from '../alert/channel-check.js';
import { createFormCheck } from '../alert/form-check.js';
import { Watchdog } from '../watchdog.js';

const SettingsSchema = Type.Object({
  url: Type.String({ pattern: '^https?://' }), name: Type.Optional(Type.String({ maxLength: 120 })),
  everySeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 3_600 })), failures: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  /** As NARROWS_NOTIFY_NETWORKS. */
  networks: Type.Optional(Type.String()), channels: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 20 }),
}, { additionalProperties: false });
const checkSettings = createFormCheck(SettingsSchema);

export function addWatchdogCommand(program: Command): void {
  program.command('watchdog')
    .description('Ask a collector whether it lives, from another machine, and tell people when it does not.')
    .requiredOption('--config <file>', 'YAML file: url, channels, everySeconds (10), failures (3), networks')
    .action(({ config }: { config: string }) => {
      const { settings, channels } = readSettings(config);
      const watchdog = new Watchdog({
        url: settings.url.replace(/\/+$/, ''), name: settings.name ?? new URL(settings.url).host, everyMs: (settings.everySeconds ?? 10) * 1_000, failures: settings.failures ?? 3,
        channels, guard: new AddressGuard(parseNetworks(settings.networks ?? '')), now: Date.now, say: (line) => { process.stderr.write(`${new Date().toISOString()} ${line}\n`); },
      });
      watchdog.start();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { void watchdog.close().then(() => process.exit(0)); });
    });
}

/** Errors: CONFIG_INVALID, with all mistakes. */
function readSettings(file: string): { settings: Static<typeof SettingsSchema>; channels: ChannelDraft[] } {
  const mistakes: string[] = [];
  let content: unknown;
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    mistakes.push(...document.errors.map(({ message }) => message.split('\n')[0] ?? message));
    content = mistakes.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
  }
  const checked = mistakes.length > 0 ? null : checkSettings(content);
  if (checked && 'faults' in checked) mistakes.push(...checked.faults.map(({ field, en }) => `${field}: ${en}`));
  const channels = checked && 'value' in checked ? checked.value.channels.map((one, i) => ({ i, channel: checkChannel(one) })) : [];
  for (const { i, channel } of channels) if ('faults' in channel) mistakes.push(...channel.faults.map(({ field, en }) => `channels.${i}.${field}: ${en}`));
  if (mistakes.length > 0 || !checked || !('value' in checked)) throw new NarrowsError('CONFIG_INVALID', `watchdog:\n  ${mistakes.map((one) => `${file}: ${one}`).join('\n  ')}`);
  return { settings: checked.value, channels: channels.flatMap(({ channel }) => ('value' in channel ? [channel.value] : [])) };
}
