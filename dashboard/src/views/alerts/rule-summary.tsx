// What a rule watches, in two lines: its name, then how grave it is, of which kind, by which measure and where.
import type { AlertRuleDraft } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';

export function RuleSummary({ rule: { name, severity, condition, place } }: { rule: Pick<AlertRuleDraft, 'name' | 'severity' | 'condition' | 'place'> }) {
  const { words: { alerts } } = useLocale();
  const where = [place.pipeline, place.stage, place.channel, place.service].filter((part) => part !== undefined).join(' / ');
  return (
    <div className="min-w-0 flex-1 basis-64">
      <p className="font-semibold break-words">{name}</p>
      <p className="text-xs text-soft">{[alerts.severity[severity], alerts.kinds[condition.kind], 'measure' in condition ? alerts.measures[condition.measure] : '', where].filter((part) => part !== '').join(' · ')}</p>
    </div>
  );
}
