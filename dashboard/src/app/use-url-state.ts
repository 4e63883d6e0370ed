// URL state as React sees it: read it, change some of it, open another page with it.
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Place, Question } from '../api/answers.js';
import type { Range } from '../api/range.js';
import { ALL_PIPELINES, parseUrlState, rangeOf, type UrlState } from './url-state.js';

export interface UrlStateHandle {
  state: UrlState;
  range: Range;
  /** Place and range together: what `useLive` and `useHitmap` ask. */
  question: Question;
  /** Change some parameters; `undefined` takes one out. `replace`: no new step in the history (typing, hovering). */
  set: (patch: UrlState, options?: { replace?: boolean }) => void;
  /** Go to another page, keeping place and time, with `patch` on top. */
  open: (path: string, patch?: UrlState) => void;
}

export function useUrlState(): UrlStateHandle {
  const search = useRouterState({ select: (routerState) => routerState.location.search as Record<string, unknown> });
  const navigate = useNavigate();
  const state = useMemo(() => parseUrlState(search), [search]);
  const set = useCallback<UrlStateHandle['set']>((patch, options) => {
    void navigate({ to: '.', search: (before: UrlState) => ({ ...before, ...patch }), replace: options?.replace ?? false, resetScroll: false });
  }, [navigate]);
  const open = useCallback<UrlStateHandle['open']>((path, patch) => {
    void navigate({ to: path, search: (before: UrlState) => ({ ...carried(before), ...patch }) });
  }, [navigate]);
  return useMemo(() => {
    const range = rangeOf(state);
    return { state, range, question: { ...placeOf(state), range }, set, open };
  }, [state, set, open]);
}

/** What a link to another page takes along: place, time, language and theme, but no page's own filters. */
export function carried(state: UrlState): UrlState {
  const { pipeline, stage, channel, service, from, to, last, lang, theme } = state;
  return { pipeline, stage, channel, service, from, to, last, lang, theme };
}

export function placeOf(state: UrlState): Place {
  return Object.fromEntries(Object.entries({ pipeline: state.pipeline === ALL_PIPELINES ? undefined : state.pipeline, stage: state.stage, channel: state.channel, service: state.service })
    .filter(([, value]) => value !== undefined));
}
