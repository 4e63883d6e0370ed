// A remedy in a few words: what to do, and what it makes of the wait. "+6대 → 41분 → 1분 30초".
import type { Remedy } from '@narrows/contract';
import type { Locale } from '../../i18n/locale.js';

/** What to do, with its amount. */
export const actionText = (remedy: Remedy, { words: { live }, format }: Locale): string => live.action[remedy.action](format.count(remedy.amount));

/** The wait before and after, or '' where nothing was predicted. */
export function waitText(remedy: Remedy, { words: { live }, format }: Locale): string {
  const { waitBefore, waitAfter } = remedy.predicted;
  if (waitBefore === null || waitAfter === null) return '';
  return live.verdict.waitChange(format.duration(waitBefore), format.duration(waitAfter));
}

export function remedyText(remedy: Remedy, locale: Locale): string {
  const wait = waitText(remedy, locale);
  return wait === '' ? actionText(remedy, locale) : `${actionText(remedy, locale)} · ${wait}`;
}
