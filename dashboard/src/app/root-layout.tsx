// The frame of every page: rail on the left (below on a phone), one bar on top, the page below. It holds the live stream, the session's
// gate, the keyboard, and the language and theme of everything inside.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { usePipelines, useSession, type Question } from '../api/answers.js';
import { useLiveStream } from '../api/live.js';
import { LocaleProvider, useLocale } from '../i18n/locale.js';
import { InvitationPage } from '../views/setup/invitation-page.js';
import { Failure } from '../views/parts/failure.js';
import { useAppearance } from './appearance.js';
import { LoginPage } from './login-page.js';
import { Rail } from './rail.js';
import { TopBar } from './top-bar.js';
import { ALL_PIPELINES, LAST_MINUTES_DEFAULT } from './url-state.js';
import { useKeyboard } from './use-keyboard.js';
import { useNotices } from './use-notices.js';
import { useUrlState } from './use-url-state.js';

const loadPalette = () => import('./palette.js');
const Palette = lazy(loadPalette);
const Help = lazy(() => import('./help.js'));
/** Until the session says otherwise: the zone of the country it is made for. */
const TIME_ZONE_DEFAULT = 'Asia/Seoul';

export function RootLayout() {
  const { state } = useUrlState();
  const { language, theme } = useAppearance(state);
  const session = useSession();
  const invitation = /^\/invitation\/([\w-]+)$/.exec(useRouterState({ select: (routerState) => routerState.location.pathname }))?.[1];
  return (
    <CSPProvider disableStyleElements>
      <LocaleProvider language={language} timeZone={session.data?.timeZone ?? TIME_ZONE_DEFAULT}>
        {invitation !== undefined ? <InvitationPage token={invitation} /> : session.error?.status === 401 ? <LoginPage error={session.error} /> : <Frame theme={theme} session={session} />}
      </LocaleProvider>
    </CSPProvider>
  );
}

function Frame({ theme, session }: { theme: 'dark' | 'light'; session: ReturnType<typeof useSession> }) {
  const { words: { common } } = useLocale();
  const [overlay, setOverlay] = useState<'palette' | 'help' | null>(null);
  useKeyboard({ openPalette: () => { setOverlay('palette'); }, openHelp: () => { setOverlay('help'); } });
  // Loaded ahead: whoever presses ⌘K types on at once.
  useEffect(() => { void loadPalette(); }, []);
  const close = (open: boolean): void => { if (!open) setOverlay(null); };
  return (
    <div className="grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] max-sm:grid-cols-[minmax(0,1fr)] max-sm:grid-rows-[auto_minmax(0,1fr)_auto]">
      <a href="#main" className="skip-link">{common.skipToContent}</a>
      <Rail />
      {session.data
        ? <Session agencyName={session.data.agencyName} theme={theme} onPalette={() => { setOverlay('palette'); }} onHelp={() => { setOverlay('help'); }} />
        : <main id="main" className="row-span-2">{session.error ? <Failure error={session.error} onRetry={() => { void session.refetch(); }} /> : <p role="status" className="p-6 text-soft">{common.loading(common.product)}</p>}</main>}
      <Suspense>
        {overlay === 'palette' && <Palette onOpenChange={close} />}
        {overlay === 'help' && <Help onOpenChange={close} />}
      </Suspense>
    </div>
  );
}

function Session({ agencyName, theme, onPalette, onHelp }: { agencyName: string; theme: 'dark' | 'light'; onPalette: () => void; onHelp: () => void }) {
  useNotices();
  const { state, question, range, set } = useUrlState();
  const pathname = useRouterState({ select: (routerState) => routerState.location.pathname });
  const onLive = pathname === '/live';
  const pipelines = usePipelines();
  // A list's filters and range must not reopen the stream: away from Live it only says how old the data is.
  const streamed: Question = onLive ? question : { ...(question.pipeline === undefined ? {} : { pipeline: question.pipeline }), range: range.live ? { live: true, lastMinutes: LAST_MINUTES_DEFAULT } : range };
  useLiveStream(streamed);
  const first = pipelines.data?.pipelines[0]?.id;
  useEffect(() => {
    if (onLive && state.pipeline === undefined && first !== undefined) set({ pipeline: first }, { replace: true });
  }, [onLive, state.pipeline, first, set]);
  return (
    <>
      <TopBar agencyName={agencyName} theme={theme} pipelines={pipelines.data?.pipelines ?? []} pipeline={state.pipeline ?? ALL_PIPELINES} streamed={streamed} onPalette={onPalette} onHelp={onHelp} />
      <main id="main" tabIndex={-1} className="min-h-0 overflow-y-auto outline-none"><Suspense><Outlet /></Suspense></main>
    </>
  );
}
