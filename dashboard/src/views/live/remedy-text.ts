// A remedy in a few words: what to do, and what it makes of the wait. "+6대 → 41분 → 1분 30초". And the kind of a verdict, in one or two.
import type { Remedy, Subject, VerdictKind } from '@narrows/contract';
import type { Words } from '../../i18n/ko/index.js';
import type { Locale } from '../../i18n/locale.js';

/** What is slow without naming whom it calls is slow by its own work. */
const isItself = (what: VerdictKind | Remedy['action'], { dependency }: Subject): boolean => (what === 'slow_dependency' || what === 'fix_dependency') && dependency === undefined;

export const kindText = ({ kind, subject }: { kind: VerdictKind; subject: Subject }, { live }: Words): string => (isItself(kind, subject) ? live.itself.kind : live.kind[kind]);

/** What to do, with its amount. */
export const actionText = (remedy: Remedy, { words: { live }, format }: Locale): string => (
  isItself(remedy.action, remedy.subject) ? live.itself.action : live.action[remedy.action](format.count(remedy.amount)));

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
