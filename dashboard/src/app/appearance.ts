// Language and theme: what the address says wins, then what this browser chose before, then its own languages; dark
// otherwise (the wall). A choice made here is remembered and leaves the address, so that a shared link forces it on nobody.
import { useEffect, useSyncExternalStore } from 'react';
import { LANGUAGES, THEMES, type Language, type Theme, type UrlState } from './url-state.js';

export interface Appearance { language: Language; theme: Theme }

const listeners = new Set<() => void>();
const KEYS = { language: 'narrows.language', theme: 'narrows.theme' } as const;

/** Storage can be forbidden by the browser's policy; then choices last as long as the page. */
const remembered = new Map<string, string>();
function recall(key: string): string | null {
  if (remembered.has(key)) return remembered.get(key) ?? null;
  try {
    return window.localStorage.getItem(key);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Remember a choice and show it. */
export function choose(choice: Partial<Appearance>): void {
  for (const name of ['language', 'theme'] as const) {
    const value = choice[name];
    if (value === undefined) continue;
    remembered.set(KEYS[name], value);
    try {
      window.localStorage.setItem(KEYS[name], value);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

export function useAppearance(state: UrlState): Appearance {
  const storedLanguage = useSyncExternalStore(subscribe, () => recall(KEYS.language));
  const storedTheme = useSyncExternalStore(subscribe, () => recall(KEYS.theme));
  const language = state.lang ?? LANGUAGES.find((one) => one === storedLanguage) ?? (navigator.languages.some((one) => one.startsWith('ko')) ? 'ko' : 'en');
  const theme = state.theme ?? THEMES.find((one) => one === storedTheme) ?? 'dark';
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  return { language, theme };
}
