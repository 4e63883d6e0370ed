// The bar on top: whose data, which pipeline, which time, how old; then search, language, theme, help. On a phone the
// last three are left to the search, which offers language and theme as well.
import type { PipelineDefinition } from '@narrows/contract';
import { CircleHelp, Moon, Search, Sun } from 'lucide-react';
import type { Question } from '../api/answers.js';
import { inLanguage, useLocale } from '../i18n/locale.js';
import { choose } from './appearance.js';
import { DataAge } from './data-age.js';
import { RangePicker } from './range-picker.js';
import { ALL_PIPELINES, type Theme } from './url-state.js';
import { useUrlState } from './use-url-state.js';

export interface TopBarProps {
  agencyName: string;
  theme: Theme;
  pipelines: readonly PipelineDefinition[];
  pipeline: string;
  streamed: Question;
  onPalette: () => void;
  onHelp: () => void;
}

export function TopBar({ agencyName, theme, pipelines, pipeline, streamed, onPalette, onHelp }: TopBarProps) {
  const { words: { common }, language } = useLocale();
  const { set } = useUrlState();
  const known = pipeline === ALL_PIPELINES || pipelines.some((one) => one.id === pipeline);
  return (
    <header className="flex h-11 items-center gap-2 border-b border-line bg-surface px-3 max-sm:gap-1.5 max-sm:px-2">
      <span className="max-w-[20ch] shrink-0 truncate font-semibold max-sm:max-w-[14ch] max-sm:min-w-0 max-sm:shrink" title={`${common.agency}: ${agencyName}`}>{agencyName}</span>
      <select
        aria-label={common.pipeline} className="control min-w-[7ch] max-w-[26ch] shrink truncate" value={pipeline}
        onChange={(event) => { set({ pipeline: event.target.value, stage: undefined, channel: undefined }); }}
      >
        <option value={ALL_PIPELINES}>{common.allServices}</option>
        {pipelines.map((one) => <option key={one.id} value={one.id}>{inLanguage(one.name, language)}</option>)}
        {!known && <option value={pipeline}>{pipeline}</option>}
      </select>
      <RangePicker />
      <DataAge question={streamed} />
      <span className="flex-1 max-sm:hidden" />
      <button type="button" className="control max-sm:px-[6px]" onClick={onPalette} aria-label={common.palette.open} aria-keyshortcuts="Meta+K Control+K">
        <Search size={14} aria-hidden /><span className="max-lg:hidden">{common.palette.open}</span><kbd className="kbd max-md:hidden">⌘K</kbd>
      </button>
      <button type="button" className="control max-sm:hidden" lang={language === 'ko' ? 'en' : 'ko'} title={common.language.other} aria-label={common.language.other}
        onClick={() => { choose({ language: language === 'ko' ? 'en' : 'ko' }); set({ lang: undefined }, { replace: true }); }}>
        {language === 'ko' ? 'EN' : '한'}
      </button>
      <button type="button" className="control px-[6px] max-sm:hidden" title={theme === 'dark' ? common.theme.toLight : common.theme.toDark} aria-label={theme === 'dark' ? common.theme.toLight : common.theme.toDark}
        onClick={() => { choose({ theme: theme === 'dark' ? 'light' : 'dark' }); set({ theme: undefined }, { replace: true }); }}>
        {theme === 'dark' ? <Sun size={15} aria-hidden /> : <Moon size={15} aria-hidden />}
      </button>
      <button type="button" className="control px-[6px] max-sm:hidden" title={`${common.help.title} (?)`} aria-label={common.help.title} onClick={onHelp}><CircleHelp size={15} aria-hidden /></button>
    </header>
  );
}
