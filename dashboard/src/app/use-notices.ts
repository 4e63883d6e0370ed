// Messages of channels of kind "browser": asked for every few seconds while a dashboard is open and the reader has allowed
// notifications; each is shown once, and a click leads to its incident.
import { ROUTES, type Bilingual } from '@narrows/contract';
import { useEffect } from 'react';
import { get } from '../api/request.js';
import { useLocale } from '../i18n/locale.js';

const EVERY_MS = 5_000;
interface Notices { notices: { id: string; atMs: number; title: Bilingual; incidentId: string | null }[] }

export function useNotices(): void {
  const { language, words: { alerts } } = useLocale();
  useEffect(() => {
    let sinceMs = Date.now();
    const shown = new Set<string>();
    const timer = setInterval(() => {
      if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
      get<Notices>(ROUTES.notices, { since: sinceMs }, AbortSignal.timeout(EVERY_MS)).then(({ notices }) => {
        for (const { id, atMs, title, incidentId } of notices) {
          sinceMs = Math.max(sinceMs, atMs);
          if (shown.has(id)) continue;
          shown.add(id);
          const notice = new Notification(alerts.incidents.title, { body: title[language], tag: incidentId ?? id });
          notice.addEventListener('click', () => { window.focus(); if (incidentId !== null) window.location.assign(`/incidents/${encodeURIComponent(incidentId)}`); });
        }
      }, () => undefined); // The next turn asks for the same.
    }, EVERY_MS);
    return () => { clearInterval(timer); };
  }, [language, alerts]);
}
