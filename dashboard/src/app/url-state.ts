// Everything a page shows is in its address, so that whoever gets the link sees the same thing. One flat set of
// parameters serves all pages: moving from one to the next keeps agency, place and time. Unknown or broken values are
// left out, never an error: an old link still opens.
import { AGE_BANDS, type AgeBand } from '@narrows/contract';
import type { Range } from '../api/range.js';

/** The contract's, without its schema library. */
const PLAN_PROFILES = ['now', 'opening', 'drawn'] as const;
export type PlanProfile = (typeof PLAN_PROFILES)[number];

export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ['dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

export interface UrlState {
  pipeline?: string;
  stage?: string;
  channel?: string;
  service?: string;
  /** Unix ms; both present: a fixed range. */
  from?: number;
  to?: number;
  /** Minutes of a live range; left out for the default. */
  last?: number;
  lang?: Language;
  theme?: Theme;
  /** Traces: filters, as the transactions query names them. */
  operation?: string;
  outcome?: string;
  person?: string;
  traceId?: string;
  /** Attributes and their values, as a JSON object. */
  where?: string;
  minDurationMs?: number;
  maxDurationMs?: number;
  error?: boolean;
  sort?: 'newest' | 'slowest';
  /** Trace: selected span, tab, and text searched for in it. */
  span?: string;
  tab?: 'spans' | 'logs';
  find?: string;
  /** Live: top of the hitmap in seconds, river or its table, age band of the active list, panel that is open. */
  ceiling?: number;
  as?: 'river' | 'table';
  band?: AgeBand;
  panel?: string;
  /** Plan: where the crowd comes from, how many times over, its points, the wait aimed at in ms, servers that are given. */
  profile?: PlanProfile;
  times?: number;
  points?: string;
  target?: number;
  servers?: string;
}

/** `pipeline=*`: no pipeline, all services. Not a possible id. */
export const ALL_PIPELINES = '*';
export const LAST_MINUTES_DEFAULT = 10;
export const LAST_MINUTES_CHOICES = [5, 10, 30, 60, 180, 720, 1440] as const;
const TEXT_MAX = 500;

/** The raw parameters of an address as typed state. */
export function parseUrlState(raw: Readonly<Record<string, unknown>>): UrlState {
  const state: UrlState = {
    pipeline: text(raw['pipeline']), stage: text(raw['stage']), channel: text(raw['channel']), service: text(raw['service']),
    from: moment(raw['from']), to: moment(raw['to']), last: positive(raw['last']),
    lang: oneOf(LANGUAGES, raw['lang']), theme: oneOf(THEMES, raw['theme']),
    operation: text(raw['operation']), outcome: text(raw['outcome']), person: text(raw['person']), traceId: hex(raw['traceId']), where: text(raw['where']),
    minDurationMs: atLeastZero(raw['minDurationMs']), maxDurationMs: atLeastZero(raw['maxDurationMs']),
    error: flag(raw['error']), sort: oneOf(['newest', 'slowest'] as const, raw['sort']),
    span: hex(raw['span']), tab: oneOf(['spans', 'logs'] as const, raw['tab']), find: text(raw['find']),
    ceiling: positive(raw['ceiling']), as: oneOf(['river', 'table'] as const, raw['as']), band: oneOf(AGE_BANDS, raw['band']), panel: text(raw['panel']),
    profile: oneOf(PLAN_PROFILES, raw['profile']), times: positive(raw['times']), points: text(raw['points']), target: positive(raw['target']), servers: text(raw['servers']),
  };
  if (state.from === undefined || state.to === undefined || state.from >= state.to) { state.from = undefined; state.to = undefined; }
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as UrlState;
}

export function rangeOf(state: UrlState): Range {
  if (state.from !== undefined && state.to !== undefined) return { live: false, fromMs: state.from, toMs: state.to };
  return { live: true, lastMinutes: state.last ?? LAST_MINUTES_DEFAULT };
}

/** Parameters as plain text, first value of each name. */
export function parseSearch(search: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) if (!Object.hasOwn(found, name) && name !== '__proto__') found[name] = value;
  return found;
}

/** The reverse, without escaping what an address may carry as it is: `?operation=POST%20/verify/:channel`. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '' || value === false) continue;
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replace(/%(2F|3A|2C|40)/g, decodeURIComponent)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

const text = (value: unknown): string | undefined => (value === undefined || value === null || value === '' ? undefined : String(value).slice(0, TEXT_MAX));
const hex = (value: unknown): string | undefined => (/^[0-9a-f]{1,32}$/i.test(String(value ?? '')) ? String(value).toLowerCase() : undefined);
const flag = (value: unknown): true | undefined => (value === true || value === 'true' || value === '1' ? true : undefined);
const oneOf = <T extends string>(allowed: readonly T[], value: unknown): T | undefined => allowed.find((one) => one === value);

function atLeastZero(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
const positive = (value: unknown): number | undefined => atLeastZero(value) || undefined;

/** Unix ms, or a date a person typed into the address (ISO 8601). */
function moment(value: unknown): number | undefined {
  const number = atLeastZero(value);
  if (number !== undefined) return Math.round(number);
  const parsed = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
