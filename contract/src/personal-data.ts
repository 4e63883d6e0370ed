// Masks personal numbers in a text, whatever way it is spelled. Agent and collector use the same functions, so that a number is gone
// before it leaves the application where the agent runs, and before it reaches a disk everywhere. `docs/personal-data.md` says to
// people what is found, how it is masked and what is not found. Pure: no I/O, no clock.
import { NarrowsError } from './errors.js';
import { PERSONAL_DATA_KINDS, PERSONAL_DATA_RULES, residentNumberOfInteger, type PersonalDataKind } from './personal-data-rules.js';
import { LAYERS_MAX, unescapeView, viewOf, type TextView } from './personal-data-view.js';

export { mayHoldPersonalData } from './personal-data-first-look.js';
export { PERSONAL_DATA_KINDS, type PersonalDataKind } from './personal-data-rules.js';

export type PersonalDataKinds = ReadonlySet<PersonalDataKind>;
export const ALL_PERSONAL_DATA: PersonalDataKinds = new Set(PERSONAL_DATA_KINDS);

/** An integer below this is looked at by nobody: it has too few digits. */
export const PERSONAL_INTEGER_MIN = 1e9;
/** How far back a word may stand that says what a number is. */
const CONTEXT_CHARACTERS = 40;

interface Masked { start: number; end: number; mask: string }

/**
 * The text with `900101-*******` for a resident number, `************1234` for a card, `010-****-****` for a phone, or the very same
 * string where there is none. `key` is the attribute's: it tells an epoch from a birth date and a licence from any twelve digits.
 */
export function maskPersonalData(text: string, key = '', kinds: PersonalDataKinds = ALL_PERSONAL_DATA): string {
  const found: Masked[] = [];
  let view: TextView | null = viewOf(text);
  for (let layer = 0; view !== null && layer <= LAYERS_MAX; layer++) {
    find(view, key, kinds, found);
    view = unescapeView(view);
  }
  return found.length === 0 ? text : write(text, found);
}

/** The same for digits that came as a number: leading zeros are lost there. */
export function maskPersonalInteger(digits: string, key = '', kinds: PersonalDataKinds = ALL_PERSONAL_DATA): string {
  return maskPersonalData(residentNumberOfInteger(digits, key) ?? digits, key, kinds);
}

/** Kinds by a setting: `all`, or a comma-separated list. Resident numbers are in it whatever it says. Errors: CONFIG_INVALID */
export function personalDataKinds(setting: string): PersonalDataKinds {
  if (setting === 'all') return ALL_PERSONAL_DATA;
  const names = setting.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = names.filter((name) => !PERSONAL_DATA_KINDS.some((kind) => kind === name));
  if (unknown.length > 0) throw new NarrowsError('CONFIG_INVALID', `configuration:\n  NARROWS_REDACT=${JSON.stringify(setting)}: must be "all" or a list of ${PERSONAL_DATA_KINDS.join(', ')}`);
  return new Set(PERSONAL_DATA_KINDS.filter((kind) => kind === 'resident' || names.includes(kind)));
}

function find({ text, starts }: TextView, key: string, kinds: PersonalDataKinds, found: Masked[]): void {
  for (const rule of PERSONAL_DATA_RULES) {
    if (!kinds.has(rule.kind)) continue;
    const { pattern } = rule;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const end = match.index + match[0].length;
      const before = match.index === 0 ? key : `${key} ${text.slice(Math.max(0, match.index - CONTEXT_CHARACTERS), match.index)}`;
      const mask = rule.mask(match, before);
      // What is none may still overlap one that is: the search goes on behind its first character.
      if (mask === null) pattern.lastIndex = match.index + 1;
      else found.push({ start: starts?.[match.index] ?? match.index, end: starts?.[end] ?? end, mask });
    }
  }
}

/** Of findings that overlap the first in `found` gives its mask for all that they cover together. */
function write(text: string, found: readonly Masked[]): string {
  const sorted = found.map((masked, order) => ({ ...masked, order })).sort((a, b) => a.start - b.start || a.order - b.order);
  let out = '';
  let from = 0;
  for (let i = 0; i < sorted.length;) {
    const { start } = sorted[i]!;
    let chosen = sorted[i]!;
    let { end } = chosen;
    for (i++; i < sorted.length && sorted[i]!.start < end; i++) {
      end = Math.max(end, sorted[i]!.end);
      if (sorted[i]!.order < chosen.order) chosen = sorted[i]!;
    }
    out += text.slice(from, start) + chosen.mask;
    from = end;
  }
  return out + text.slice(from);
}
