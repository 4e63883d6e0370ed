// The shape of a fault that can be begun and ended at run time. One file a fault: what it is called, what it can befall,
// how strong it may be, what is true while it lasts, and what it does, in the service or around it. Whatever a fault
// begins it can end: both sides answer with their undoing.
import type { Bilingual, Subject, VerdictKind } from '@narrows/contract';
import type { Levers } from './levers.js';

/** Ends what was begun. */
export type Undo = () => void | Promise<void>;

/** What a fault may move around the services: the supervisor's own levers. */
export interface Surroundings {
  processIdsOf(service: string): readonly number[];
  /** Requests from nowhere to the public site. */
  flood(requestsPerSecond: number): Promise<Undo>;
  /** From now on everybody comes with so many devices; null: as the scenario says. */
  devicesEach(count: number | null): void;
  /** Put a release of a service in the place of the one that runs, one instance after the other. */
  release(service: string, release: { version: string; extraMs: number }): Promise<void>;
  collectorLeaves(): Promise<void>;
  collectorComesBack(): Promise<void>;
  /** The one connection out of the closed network. */
  relayLine: { cut(): void; mend(): void };
}

/** A service as far as faults are concerned. */
export interface FaultyService { name: string; stage: string | null; database: boolean; network: 'open' | 'closed'; front: boolean; channels: boolean }

/** Where a fault strikes in the system that runs. */
export interface FaultPlace { pipeline: string; service: FaultyService | null; channel: string | null; stageOfChannels: string | null; front: FaultyService; waitingStage: string | null; floodedStage: string | null }

export interface FaultPlan { fault: string; target: string | null; amount: number }

export interface Fault {
  id: string;
  title: Bilingual;
  /** What happens, in a sentence. */
  sentence: Bilingual;
  /** What has to be named to begin it. */
  target: 'channel' | 'service' | 'none';
  /** Whether a service can have it (for `service`), or the system as a whole by this one (otherwise). */
  fits(service: FaultyService): boolean;
  /** How strong: the number's meaning, and what it may be. */
  amount: { unit: string; default: number; min: number; max: number };
  truth(place: FaultPlace): { kind: VerdictKind; subject: Subject; also?: readonly VerdictKind[] };
  /** Whose levers `inService` moves where it is not the service that has the fault: those of the site in front of it. */
  strikes?: 'front';
  /** Processes cannot end while it lasts. */
  holdsProcesses?: true;
  /** Called in every process of the service that has it. */
  inService?(levers: Levers, plan: FaultPlan): Undo | Promise<Undo>;
  /** Called in the supervisor. */
  around?(surroundings: Surroundings, plan: FaultPlan): Undo | Promise<Undo>;
}

/** The stage that a service serves, or the service itself where it serves none. */
export function subjectOf({ pipeline, service }: FaultPlace): Subject {
  if (!service) return { pipeline };
  return service.stage === null ? { service: service.name } : { pipeline, stage: service.stage };
}

export function subjectOfChannel({ pipeline, stageOfChannels, channel }: FaultPlace): Subject {
  return { pipeline, stage: stageOfChannels ?? '', channel: channel ?? '' };
}
