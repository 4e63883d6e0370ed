// The language of the page and everything that follows from it: the words, and numbers and times in the agency's zone.
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { createFormat, type Format } from '../format/format.js';
import { en } from './en/index.js';
import { ko, type Words } from './ko/index.js';

export interface Locale { language: 'ko' | 'en'; words: Words; format: Format }

const LocaleContext = createContext<Locale | null>(null);

export function LocaleProvider({ language, timeZone, children }: { language: 'ko' | 'en'; timeZone: string; children: ReactNode }) {
  const locale = useMemo(() => ({ language, words: language === 'ko' ? ko : en, format: createFormat(language, timeZone) }), [language, timeZone]);
  return <LocaleContext value={locale}>{children}</LocaleContext>;
}

/** `const { words, format, language } = useLocale()` in any component. */
export function useLocale(): Locale {
  const locale = useContext(LocaleContext);
  if (!locale) throw new Error('useLocale outside of LocaleProvider');
  return locale;
}

/** A name that the collector gives in both languages. */
export const inLanguage = (text: { ko: string; en: string }, language: 'ko' | 'en'): string => text[language] || text.en;
