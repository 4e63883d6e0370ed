// One tick and the agency's own words → what the public is told. Field by field, so that nothing internal can come along: no
// service, no rate, no count, no sentence of the judge. Minutes are rounded up; what is old or unknown is said to be unknown.
// A light set by hand wins until it expires, and says that it is by hand. Pure.
import type { Bilingual, Light, PipelineDefinition, PlaceState, PublicPageSettings, PublicStatus, PublicWay, UnixMs } from '@narrows/contract';

/** A measurement older than this says nothing about now. */
export const STALE_AFTER_SECONDS = 30;
const AT_ONCE_SECONDS = 20;

export interface PublicQuestion {
  settings: PublicPageSettings;
  pipeline: PipelineDefinition;
  /** States of the pipeline's places, and the moment they describe; null: never measured. */
  measured: { atMs: UnixMs; places: readonly PlaceState[] } | null;
  nowMs: UnixMs;
}

/** Headline and what the whole is called, by light. */
const HEADLINES: Readonly<Record<Light, Bilingual>> = {
  fine: { ko: '지금 원활합니다', en: 'Running smoothly' }, busy: { ko: '지금 이용하는 사람이 많습니다', en: 'Busy right now' },
  stuck: { ko: '지금 매우 혼잡합니다', en: 'Very crowded right now' }, none: { ko: '지금 상태를 확인할 수 없습니다', en: 'The state is not known right now' },
};
const ORDER: readonly Light[] = ['none', 'fine', 'busy', 'stuck'];
const worst = (lights: readonly Light[]): Light => lights.reduce<Light>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'none');

export function publicStatus({ settings, pipeline, measured, nowMs }: PublicQuestion): PublicStatus {
  const isFresh = measured !== null && nowMs - measured.atMs <= STALE_AFTER_SECONDS * 1_000;
  const places = isFresh ? measured.places : [];
  const shown = pipeline.stages.filter(({ id }) => settings.stages.length === 0 || settings.stages.includes(id));
  const steps = shown.map((stage) => {
    const whole = places.find((place) => place.stage === stage.id && place.channel === '');
    const ways = Object.entries(stage.channels ?? {}).map(([id, name]) => wayOf(name, places.find((place) => place.stage === stage.id && place.channel === id)));
    return { ...wayOf(stage.name ?? { ko: stage.id, en: stage.id }, whole), ways: ways.sort((a, b) => ORDER.indexOf(a.light) - ORDER.indexOf(b.light) || (a.waitMinutes ?? 0) - (b.waitMinutes ?? 0)) };
  });
  const override = settings.override !== null && settings.override.untilMs > nowMs ? settings.override : null;
  const light = override?.light ?? worst(steps.map((step) => step.light));
  return {
    agency: said(settings.agencyName), service: said(pipeline.name), light, headline: said(override?.text ?? HEADLINES[light]),
    waitMinutes: override ? null : totalMinutes(shown.map(({ id }) => secondsOf(places.find((place) => place.stage === id && place.channel === '')))),
    choose: steps.flatMap(({ ways }) => (ways.some((way) => way.light === 'busy' || way.light === 'stuck') ? ways.filter((way) => way.light === 'fine').map(({ name }) => name) : [])).slice(0, 3),
    steps,
    announcements: settings.announcements.filter(({ untilMs }) => untilMs === null || untilMs > nowMs).map(({ text, atMs }) => ({ text: said(text), atMs })),
    measuredAtMs: measured?.atMs ?? null, writtenAtMs: nowMs, staleAfterSeconds: STALE_AFTER_SECONDS, byHand: override !== null,
  };
}

const said = ({ ko, en }: Bilingual): Bilingual => ({ ko, en });

function wayOf(name: Bilingual, place: PlaceState | undefined): PublicWay {
  const seconds = secondsOf(place);
  return { name: said(name), light: place?.light ?? 'none', waitMinutes: seconds === null ? null : minutesOf(seconds) };
}

/** How long somebody who comes now should expect: the line before them at the pace it moves, and no less than the stay. */
function secondsOf(place: PlaceState | undefined): number | null {
  if (!place || place.light === 'none') return null;
  const pace = place.deliberate ? place.completionsPerSecond : place.capacityPerSecond ?? place.completionsPerSecond;
  const line = place.waiting === null ? null : place.waiting < 1 ? 0 : pace !== null && pace > 0 ? place.waiting / pace : null;
  // In a wait on purpose the span of a poll is not the stay.
  const stay = place.deliberate ? null : place.residenceMs === null ? null : place.residenceMs / 1_000;
  return line === null && stay === null ? null : Math.max(line ?? 0, stay ?? 0);
}

const minutesOf = (seconds: number): number => (seconds < AT_ONCE_SECONDS ? 0 : Math.ceil(seconds / 60));

function totalMinutes(seconds: readonly (number | null)[]): number | null {
  const known = seconds.filter((one) => one !== null);
  return known.length === 0 ? null : minutesOf(known.reduce((a, b) => a + b, 0));
}
