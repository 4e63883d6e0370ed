// The live wall: the sentence about the narrow place, the river it points at, and under them the hitmap, what is in
// flight, the people and the curves. One tick a second feeds all of it; all choices live in the address.
import { AGE_BANDS, type AgeBand, type LiveAnswer, type PlaceState, type Trait, type Verdict } from '@narrows/contract';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useActive, useHitmap } from '../../api/answers.js';
import { useCrowd } from '../../api/history.js';
import { useLive } from '../../api/live.js';
import { rangeMs } from '../../api/range.js';
import { useFreshness } from '../../app/freshness.js';
import { useUrlState, type UrlStateHandle } from '../../app/use-url-state.js';
import { rowsOf } from '../../model/active-arc.js';
import { filterOf } from '../../model/attribute-filter.js';
import { HITMAP_CEILINGS_SECONDS, type HitmapCeiling } from '../../model/hitmap-grid.js';
import type { PlaceNames } from '../../model/place-names.js';
import { placeKey } from '../../model/river-layout.js';
import { pointedPlace, verdictBand } from '../../model/verdict-band.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { NoData } from '../parts/no-data.js';
import { usePlaceNames } from '../parts/use-place-names.js';
import '../../styles/live.css';
import { Active } from './active.js';
import { ActiveList } from './active-list.js';
import { ChannelStrip } from './channel-strip.js';
import { Charts } from './charts.js';
import { Crowd } from './crowd.js';
import type { MarkPlace } from './marker-form.js';
import { Hitmap } from './hitmap.js';
import { MomentProvider } from './moment.js';
import { People } from './people.js';
import { River } from './river.js';
import { Timeline } from './timeline.js';
import { VerdictBand } from './verdict-band.js';
import { VERDICT_PANELS } from './verdict-panel.js';

const EMPTY_AFTER_MS = 60_000;

export function LivePage() {
  const url = useUrlState();
  const { words: { common, live: words } } = useLocale();
  const live = useLive(url.question);
  const freshness = useFreshness(url.question);
  if (live.data === undefined) {
    return live.error ? <Failure error={live.error} onRetry={() => { void live.refetch(); }} /> : <p role="status" className="p-6 text-soft">{common.loading(words.title)}</p>;
  }
  const { places, dataAgeMs } = live.data.tick;
  // A pause of some seconds leaves the picture standing; after that the page says why it is empty, and what to do.
  const nothing = places.every(({ light }) => light === 'none') && (places.length === 0 || dataAgeMs === null || dataAgeMs > EMPTY_AFTER_MS);
  const old = freshness.state === 'stale' || freshness.state === 'lost';
  return (
    <MomentProvider>
      {live.error !== null && <Failure error={live.error} onRetry={() => { void live.refetch(); }} hasPrevious />}
      {nothing
        ? <NoData onClearFilters={() => { url.set({ stage: undefined, channel: undefined, service: undefined }); }} />
        : <Wall url={url} answer={live.data} still={old || !url.range.live} stale={old} />}
    </MomentProvider>
  );
}

function Wall({ url, answer, still, stale }: { url: UrlStateHandle; answer: LiveAnswer; still: boolean; stale: boolean }) {
  const { state, range, question, set, open } = url;
  const { tick } = answer;
  const router = useRouter();
  const hitmap = useHitmap(question);
  const names = usePlaceNames();
  const chosen = chosenPlace(state);
  const panel = VERDICT_PANELS.find((name) => name === state.panel) ?? null;
  const narrow = pointedPlace(verdictBand(tick).headline, tick.places);
  const choose = (slot: string, braid: string) => { set(narrowing(tick.places, slot, braid, chosen)); };
  const { fromMs, toMs } = range.live ? rangeMs(range, tick.atMs + 1_000) : rangeMs(range, 0);
  useEscape(chosen !== null || state.panel !== undefined, () => { set({ stage: undefined, channel: undefined, service: undefined, panel: undefined, band: undefined }); });
  const ceiling: HitmapCeiling = HITMAP_CEILINGS_SECONDS.find((one) => one === state.ceiling) ?? 'auto';

  return (
    <div className={stale ? 'live stale' : 'live'}>
      <VerdictBand tick={tick} names={names} past={!range.live} panel={panel} onChooseWho={(verdict, traits) => { openWho(url, tick, verdict, traits); }} onPanel={(next) => { set({ panel: next ?? undefined }, { replace: true }); }} onFollow={(address) => { router.history.push(address); }} />
      <Timeline pipeline={question.pipeline ?? ''} range={range} atMs={tick.atMs} places={markPlaces(tick, names)} names={names} onScrub={(atMs) => { set(scrubbed(atMs, tick.serverNowMs, toMs - fromMs, range.live)); }} />
      <River tick={tick} narrow={narrow} chosen={chosen} as={state.as ?? 'river'} still={still} onChoose={choose} onAs={(as) => { set({ as: as === 'river' ? undefined : as }, { replace: true }); }} />
      <ChannelStrip places={tick.places} chosen={chosen} onChoose={choose} />
      <div className="live-panels">
        <Hitmap
          answer={hitmap.data} ceiling={ceiling} errorsOnly={state.error === true}
          onCeiling={(next) => { set({ ceiling: next === 'auto' ? undefined : next }, { replace: true }); }}
          onErrorsOnly={(errorsOnly) => { set({ error: errorsOnly ? true : undefined }, { replace: true }); }}
          onSelect={(selection) => { open('/traces', { from: selection.fromMs, to: selection.toMs, minDurationMs: selection.minDurationMs || undefined, maxDurationMs: selection.maxDurationMs, error: state.error }); }}
        />
        <InFlight url={url} answer={answer} names={names} />
        <PeopleCard url={url} answer={answer} names={names} fromMs={fromMs} toMs={toMs} />
        <Charts history={answer.history} fromMs={fromMs} toMs={toMs} onRange={(from, to) => { set({ from, to }); }} />
      </div>
    </div>
  );
}

/** The page as of a moment, with as much before it as it shows now; the newest moments are the live page itself. */
function scrubbed(atMs: number, nowMs: number, widthMs: number, isLive: boolean): { from: number | undefined; to: number | undefined } {
  const toMs = Math.floor(atMs / 1_000) * 1_000;
  if (isLive && toMs > nowMs - NEWEST_MS) return { from: undefined, to: undefined };
  const end = Math.min(toMs, Math.floor((nowMs - NEWEST_MS) / 1_000) * 1_000);
  return { from: end - widthMs, to: end };
}
/** Seconds that are not described yet. */
const NEWEST_MS = 5_000;

/** Stages with their channels, or services: what a marker can be about. */
function markPlaces(tick: LiveAnswer['tick'], names: PlaceNames): MarkPlace[] {
  return tick.places.map(({ stage, channel, service }) => {
    const subject = stage === '' ? { service } : { ...(tick.pipeline === null ? {} : { pipeline: tick.pipeline }), stage, ...(channel === '' ? {} : { channel }) };
    return { key: JSON.stringify([stage, channel, service]), label: stage === '' ? service : names.place({ stage, channel }), subject };
  });
}

/** Those that a row of "who" speaks of, as transactions since the verdict's onset. */
function openWho({ open, state }: UrlStateHandle, tick: LiveAnswer['tick'], verdict: Verdict, traits: readonly Trait[]): void {
  const { stage, channel, service } = verdict.subject;
  const filter = filterOf(traits, state.where);
  if (filter !== null) open('/traces', { stage, channel, service, from: verdict.since, to: tick.atMs + 1_000, ...filter });
}

const CROWD_PANEL = 'crowd';

/** The people, and on demand why the line is longer than they are many. */
function PeopleCard({ url: { state, range, question, set }, answer: { tick }, names, fromMs, toMs }: { url: UrlStateHandle; answer: LiveAnswer; names: PlaceNames; fromMs: number; toMs: number }) {
  const isOpen = state.panel === CROWD_PANEL;
  const widthMs = Math.min(CROWD_MS, toMs - fromMs);
  const crowd = useCrowd(question.pipeline ?? '', { fromMs: toMs - widthMs, toMs }, range.live, isOpen && question.pipeline !== undefined);
  return (
    <People people={tick.people} names={names} isOpen={isOpen} onOpen={question.pipeline === undefined ? null : () => { set({ panel: isOpen ? undefined : CROWD_PANEL }, { replace: true }); }}>
      <Crowd answer={crowd} minutes={Math.round(widthMs / 60_000)} names={names} />
    </People>
  );
}
/** A line is made in minutes; journeys of longer are counted in no time that anybody waits. */
const CROWD_MS = 600_000;

const ACTIVE_PANEL = 'active';

/** The arc, and the list of what one of its segments stands for. */
function InFlight({ url: { state, question, set, open }, answer: { tick }, names }: { url: UrlStateHandle; answer: LiveAnswer; names: PlaceNames }) {
  const chosen = chosenSegment(state.panel, state.band);
  const { range, ...place } = question;
  const asked = { ...place, ...(chosen?.service ? { service: chosen.service } : {}), ...(chosen?.band ? { band: chosen.band } : {}) };
  const all = useActive(asked, chosen !== null && range.live);
  const rows = chosen === null ? tick.active.oldest : rowsOf(all.data?.rows ?? tick.active.oldest, chosen.service, chosen.band);
  const choose = (service: string, band: AgeBand | '') => {
    const again = chosen !== null && chosen.service === service && chosen.band === band;
    set(again ? { panel: undefined, band: undefined } : { panel: service === '' ? ACTIVE_PANEL : `${ACTIVE_PANEL}:${service}`, band: band === '' ? undefined : band }, { replace: true });
  };
  return (
    <>
      <Active active={tick.active} chosen={chosen} onChoose={choose} />
      <ActiveList
        rows={rows} names={names} reported={tick.active.reported} chosen={chosen}
        onClear={() => { set({ panel: undefined, band: undefined }, { replace: true }); }}
        traceHref={(traceId) => `/traces/${traceId}`} onOpen={(traceId) => { open(`/traces/${traceId}`); }}
      />
    </>
  );
}

/** `panel=active`, `panel=active:identity`, with `band` beside it. */
function chosenSegment(panel: string | undefined, band: AgeBand | undefined): { service: string; band: AgeBand | '' } | null {
  if (panel !== ACTIVE_PANEL && panel?.startsWith(`${ACTIVE_PANEL}:`) !== true) return null;
  return { service: panel.slice(ACTIVE_PANEL.length + 1), band: AGE_BANDS.find((one) => one === band) ?? '' };
}

function chosenPlace({ stage, channel, service }: UrlStateHandle['state']): { slot: string; braid: string } | null {
  if (stage !== undefined) return { slot: stage, braid: channel ?? '' };
  return service === undefined ? null : { slot: `service:${service}`, braid: '' };
}

/** What a click on a place changes in the address: narrow to it, or, when it is chosen already, widen again. */
function narrowing(places: readonly PlaceState[], slot: string, braid: string, chosen: { slot: string; braid: string } | null) {
  const wide = { stage: undefined, channel: undefined, service: undefined };
  const place = places.find((one) => placeKey(one) === slot);
  if (place === undefined || (chosen?.slot === slot && chosen.braid === braid)) return wide;
  return place.stage === '' ? { ...wide, service: place.service } : { ...wide, stage: place.stage, channel: braid === '' ? undefined : braid };
}

function useEscape(enabled: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"], input, select, textarea') !== null;
      if (event.key === 'Escape' && !event.defaultPrevented && !inDialog) onEscape();
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  });
}
