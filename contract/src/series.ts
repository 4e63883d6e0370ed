// What the judge reads: one point a second for each place (stage, channel or service), and for each edge between
// services. `null` means "not reported" and is never taken for zero.
import type { ActiveState } from './attributes.js';
import type { Name, Names } from './names.js';
import type { UnixMs } from './units.js';

export interface PlacePoint {
  /** Begin of the second. */
  atMs: UnixMs;
  /** Spans that ended in this second. */
  completions: number;
  errors: number;
  /** Σ residence of the ended ones, and the part of it spent in outgoing calls (null: no agent said so). */
  residenceMsSum: number;
  downstreamMsSum: number | null;
  /** Of these residences. */
  residenceMsP50: number | null;
  residenceMsP95: number | null;
  /** From active transactions: begun in this second, open at its end, age of the oldest, and what the open ones wait on. */
  begun: number | null;
  inFlight: number | null;
  oldestMs: number | null;
  waitingOn: Partial<Record<ActiveState, number>> | null;
  /** How many can be served at once, as a metric declares it. */
  limit: number | null;
  /** How many stand in line outside any span, as the stage's queue metric says. */
  queued: number | null;
}

/** Points are dense: one a second over [from, to), so that index and time are one. */
export interface PlaceSeries {
  pipeline: string;
  /** '' for a place that is a service. */
  stage: string;
  /** '' for the whole stage. */
  channel: string;
  /** The service that does the stage's work; for a stage over several services, the busiest. */
  service: string;
  deliberate: boolean;
  /** What `limit` counts: requests served at once, or connections that are held only while a query runs. Left out: requests. */
  limitOf?: 'requests' | 'connections';
  points: readonly Readonly<PlacePoint>[];
}

export interface EdgePoint { atMs: UnixMs; calls: number; errors: number; durationMsSum: number }
export interface EdgeSeries {
  /** Calling service. */
  service: string;
  /** Called service where its own spans are known, otherwise the peer's address or database system. */
  peer: string;
  kind: 'http' | 'sql' | 'other';
  points: readonly Readonly<EdgePoint>[];
}

/** Steps of the series of instances and of people. Points are sparse and begin at whole steps; the newest step may not be over. */
export const INSTANCE_STEP_MS = 5_000;
export const PEOPLE_STEP_MS = 10_000;

export interface InstancePoint { atMs: UnixMs; completions: number; errors: number; residenceMsSum: number; downstreamMsSum: number | null }
/** Transactions that ended in one instance of a service, running one version of it. `''`: its agent does not say which. */
export interface InstanceSeries { service: string; instance: string; version: string; points: InstancePoint[] }

/** What a process may run short of: each a share, 0–1, of what it has. */
export const RUNTIME_MEASURES = ['cpu', 'gc', 'event_loop', 'memory'] as const;
export type RuntimeMeasure = (typeof RUNTIME_MEASURES)[number];
/** As the runtime's or host's own metrics say it; points only where something was reported. */
export interface RuntimeSeries { service: string; instance: string; measure: RuntimeMeasure; points: { atMs: UnixMs; share: number }[] }

/** What people were told at a stage in a step, and how many different ones there were. Null: no attribute names them. */
export interface PeoplePoint {
  atMs: UnixMs;
  /** '' for what the pipeline's services said outside of its stages. */
  stage: string;
  spans: number;
  /** So many of the spans say whose they are. */
  named: number;
  outcomes: Record<string, number>;
  persons: number | null;
  sessions: number | null;
}

/** Something that somebody did: a deployment, or an operator's action. */
export interface Deployment { atMs: UnixMs; service: string; version: string }

export interface JudgeInput {
  fromMs: UnixMs;
  toMs: UnixMs;
  /** Order of the stages, front to back; `channels`: what their channels are called, where somebody said so; `wanted`: outcomes that people come for. */
  pipeline: { id: string; stages: { id: string; name: Name; deliberate: boolean; channels?: Names }[]; wanted?: readonly string[] } | null;
  /** Stages (channel ''), their channels, and services. */
  places: PlaceSeries[];
  edges: EdgeSeries[];
  /** Left out where nobody asked for them. */
  instances?: InstanceSeries[];
  runtime?: RuntimeSeries[];
  people?: PeoplePoint[];
  deployments?: Deployment[];
  /** IANA zone in which a sentence says its moments; left out: Asia/Seoul. */
  timeZone?: string;
}
