// What a rule watches, in two lines: its name, then how grave it is, of which kind, by which measure and where, in people's names.
import type { AlertRuleDraft } from '@narrows/contract';
import { usePipelines } from '../../api/answers.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { usePlaceNames } from '../parts/use-place-names.js';

export function RuleSummary({ rule: { name, severity, condition, place } }: { rule: Pick<AlertRuleDraft, 'name' | 'severity' | 'condition' | 'place'> }) {
  const { words: { alerts }, format, language } = useLocale();
  const names = usePlaceNames();
  const pipeline = usePipelines().data?.pipelines.find(({ id }) => id === place.pipeline);
  const { stage = '', channel = '' } = place;
  const where = [pipeline ? inLanguage(pipeline.name, language) : place.pipeline, names.place({ stage, channel }), place.service];
  const measure = 'measure' in condition ? `${alerts.measures[condition.measure]}${condition.kind === 'threshold' ? ` ${alerts.rules.bound[condition.compare](format.exactCount(condition.value))}` : ''}` : '';
  return (
    <div className="min-w-0 flex-1 basis-64">
      <p className="font-semibold break-words">{name}</p>
      <p className="text-xs text-soft">{[alerts.severity[severity], alerts.kinds[condition.kind], measure, ...where].filter(Boolean).join(' · ')}</p>
    </div>
  );
}
