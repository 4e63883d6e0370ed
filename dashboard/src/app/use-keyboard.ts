// The keys that work on every page. They are silent while somebody types, and while a dialog is open; `g` waits for
// its second letter.
import { useEffect, useRef } from 'react';
import { PAGES } from './rail.js';
import { pausedNow } from './range-picker.js';
import { useUrlState } from './use-url-state.js';

/** `/` puts the cursor into the element with this attribute. */
export const FILTER_ATTRIBUTE = 'data-filter';
const SECOND_KEY_MS = 1_200;

export function useKeyboard(actions: { openPalette: () => void; openHelp: () => void }): void {
  const url = useUrlState();
  const latest = useRef({ url, actions });
  useEffect(() => { latest.current = { url, actions }; });
  useEffect(() => {
    let gAtMs = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      const { url: { range, set, open }, actions: { openPalette, openHelp } } = latest.current;
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      const page = event.timeStamp - gAtMs < SECOND_KEY_MS ? PAGES.find(({ key }) => key === event.key) : undefined;
      gAtMs = event.key === 'g' ? event.timeStamp : -Infinity;
      if (page) open(page.path);
      else if (event.key === '?') openHelp();
      else if (event.key === 'p' || (event.key === ' ' && !isControl(event.target))) set(range.live ? pausedNow(range.lastMinutes) : { from: undefined, to: undefined });
      else if (event.key === '/') document.querySelector<HTMLElement>(`[${FILTER_ATTRIBUTE}]`)?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  }, []);
}

const isBusy = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [popover]') !== null;
/** Space on a button presses the button. */
const isControl = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, a, summary, [role="tab"], [role="row"]') !== null;
