// Everything about alerts in one place: rules, channels, quiet times, who is on call, the public page. Each section has its own
// address.
import { Link, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { ChannelsSection } from './channels-section.js';
import { OnCallSection } from './on-call-section.js';
import { PublicSection } from './public-section.js';
import { QuietSection } from './quiet-section.js';
import { RulesSection } from './rules-section.js';

const SECTIONS = { rules: RulesSection, channels: ChannelsSection, quiet: QuietSection, 'on-call': OnCallSection, public: PublicSection } as const satisfies Record<string, ComponentType>;
type SectionName = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as SectionName[];

export function AlertsPage() {
  const { words: { alerts } } = useLocale();
  const { state } = useUrlState();
  const { section } = useParams({ strict: false });
  const current = NAMES.find((name) => name === section) ?? 'rules';
  const Section = SECTIONS[current];
  return (
    <div className="flex max-w-[1200px] flex-col gap-4 p-4 max-sm:p-3">
      <h1 className="text-xl font-semibold">{alerts.title}</h1>
      <nav aria-label={alerts.sectionsLabel} className="flex flex-wrap gap-1 border-b border-line pb-2">
        {NAMES.map((name) => (
          <Link key={name} to="/alerts/$section" params={{ section: name }} search={carried(state)} className="control" aria-current={name === current ? 'page' : undefined} data-selected={name === current}>{alerts.sections[name]}</Link>
        ))}
      </nav>
      <Section />
    </div>
  );
}
