// The systems that the demo can play, as data: which services each is made of, what each of them needs, and which stage of
// the pipeline it serves. Supervisor, faults and control page read the same table.
import type { FaultyService } from './faults/fault.js';
import type { ENVIRONMENT } from './environment.js';

export type TableName = keyof typeof ENVIRONMENT;
/** A service as others address it: the variable that its address is handed over in. */
export type UrlName = Extract<TableName, `${string}Url`>;

export interface ServiceSpec extends FaultyService {
  /** Folder below `services/`. */
  name: string;
  urlName: UrlName;
  needs: readonly UrlName[];
  /** It says over the supervisor's line how its pools fare; what is true of its stage is known from that. */
  pools: boolean;
}

export const SYSTEM_IDS = ['vaccine', 'pledge-shop', 'primary', 'commission', 'online-class'] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];

export interface System {
  id: SystemId;
  /** Back to front: each needs only what stands before it. */
  services: readonly ServiceSpec[];
  /** What a flood asks for, and the stage that this belongs to, if any. */
  floodPath: string;
  floodedStage: string | null;
  /** Attributes by which its pipeline knows a step, what a person was told, and the way somebody took. */
  attributes: { step: string; outcome: string; channel: string };
}

const service = (name: string, urlName: UrlName, needs: readonly UrlName[], traits: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name, urlName, needs, stage: null, database: needs.includes('databaseUrl'), network: 'open', front: false, channels: false, pools: false, ...traits,
});

const SYSTEMS: Readonly<Record<SystemId, System>> = {
  vaccine: {
    id: 'vaccine',
    floodPath: '/api/journey',
    floodedStage: null,
    attributes: { step: 'booking.step', outcome: 'booking.outcome', channel: 'identity.channel' },
    services: [
      service('registry', 'registryUrl', [], { network: 'closed' }),
      service('eligibility', 'eligibilityUrl', ['registryUrl'], { network: 'closed', stage: 'form' }),
      service('clinics', 'clinicsUrl', ['databaseUrl', 'registryUrl']),
      service('booking', 'bookingUrl', ['databaseUrl'], { stage: 'booking' }),
      service('waiting-room', 'waitingRoomUrl', [], { stage: 'waiting-room' }),
      service('identity', 'identityUrl', [], { stage: 'identity', channels: true, pools: true }),
      service('web', 'webUrl', ['waitingRoomUrl', 'identityUrl', 'eligibilityUrl', 'bookingUrl', 'clinicsUrl'], { front: true }),
    ],
  },
  'pledge-shop': {
    id: 'pledge-shop',
    floodPath: '/api/pledges',
    floodedStage: 'catalogue',
    attributes: { step: 'visit.step', outcome: 'visit.outcome', channel: 'visit.channel' },
    services: [
      service('likes', 'backendUrl', ['databaseUrl'], { stage: 'like' }),
      service('shop', 'webUrl', ['backendUrl'], { front: true }),
    ],
  },
  primary: {
    id: 'primary',
    floodPath: '/api/election',
    floodedStage: null,
    attributes: { step: 'visit.step', outcome: 'visit.outcome', channel: 'visit.channel' },
    services: [
      service('ballot-box', 'backendUrl', ['databaseUrl'], { stage: 'vote', pools: true }),
      service('primary', 'webUrl', ['backendUrl'], { front: true }),
    ],
  },
  commission: {
    id: 'commission',
    floodPath: '/api/candidates',
    floodedStage: 'list',
    attributes: { step: 'visit.step', outcome: 'visit.outcome', channel: 'visit.channel' },
    services: [
      service('pdf-server', 'backendUrl', [], { stage: 'file', pools: true }),
      service('commission', 'webUrl', ['backendUrl'], { front: true }),
    ],
  },
  'online-class': {
    id: 'online-class',
    floodPath: '/api/school',
    floodedStage: null,
    attributes: { step: 'visit.step', outcome: 'visit.outcome', channel: 'class.region' },
    services: [
      service('classroom', 'backendUrl', [], { stage: 'enter', channels: true, pools: true }),
      service('school', 'webUrl', ['backendUrl'], { front: true }),
    ],
  },
};

export function systemOf(id: SystemId): System {
  return SYSTEMS[id];
}

/** The public site of a system. */
export function frontOf({ services }: System): ServiceSpec {
  return services.find(({ front }) => front) as ServiceSpec;
}
