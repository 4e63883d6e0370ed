// What a place's numbers are called and how they are written, once, for the river's captions, its hover card and its
// table: the same measure is never written in two ways.
import type { PlaceState } from '@narrows/contract';
import type { Locale } from '../../i18n/locale.js';

export interface Figure {
  key: 'arrivals' | 'completions' | 'inFlight' | 'waiting' | 'residence' | 'utilisation' | 'capacity' | 'errors' | 'oldest' | 'clears' | 'saturates';
  /** Queueing theory's letter, where it has one. */
  symbol: string;
  label: string;
  /** Null: not reported. */
  text: string | null;
  exact: string | null;
}

/** All figures of a place, in the order of a reader's questions: how much comes, how much leaves, how full, how slow. */
export function figuresOf(place: PlaceState, { words: { live: { river } }, format }: Locale): Figure[] {
  const figure = (key: Figure['key'], symbol: string, value: number | null, write: (value: number) => string, exact: (value: number) => string): Figure =>
    ({ key, symbol, label: river[key], text: value === null ? null : write(value), exact: value === null ? null : exact(value) });
  const whole = (value: number) => format.count(Math.round(value));
  return [
    figure('arrivals', 'λ', place.arrivalsPerSecond, format.rate, format.rate),
    figure('completions', 'X', place.completionsPerSecond, format.rate, format.rate),
    figure('utilisation', 'ρ', place.utilisation, format.percent, format.percent),
    figure('inFlight', 'L', place.inFlight, whole, format.exactCount),
    figure('residence', 'W', place.residenceMs, format.duration, format.exactDuration),
    figure('waiting', '', place.waiting, whole, format.exactCount),
    figure('capacity', 'C', place.capacityPerSecond, format.rate, format.rate),
    figure('errors', '', place.errorsPerSecond, format.rate, format.rate),
    figure('oldest', '', place.oldestMs, format.duration, format.exactDuration),
    figure('clears', '', place.clearsInSeconds, (seconds) => format.duration(seconds * 1_000), (seconds) => format.exactDuration(seconds * 1_000)),
    figure('saturates', '', place.saturatesInSeconds ?? null, (seconds) => format.duration(seconds * 1_000), (seconds) => format.exactDuration(seconds * 1_000)),
  ];
}

/** A reservoir is never anything worse than there. */
export const lightOf = (place: PlaceState) => (place.deliberate && (place.light === 'busy' || place.light === 'stuck') ? 'fine' : place.light);

/** A place's name, or its id where nobody gave it one. */
export function placeName(place: PlaceState, language: 'ko' | 'en'): string {
  return place.name[language] || place.name.en || place.channel || place.stage || place.service;
}
