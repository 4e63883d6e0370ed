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
}

export const SYSTEM_IDS = ['vaccine'] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];

export interface System {
  id: SystemId;
  /** Back to front: each needs only what stands before it. */
  services: readonly ServiceSpec[];
  /** What a flood asks for. */
  floodPath: string;
}

const service = (name: string, urlName: UrlName, needs: readonly UrlName[], traits: Partial<FaultyService> = {}): ServiceSpec => ({
  name, urlName, needs, stage: null, database: needs.includes('databaseUrl'), network: 'open', front: false, channels: false, ...traits,
});

const SYSTEMS: Readonly<Record<SystemId, System>> = {
  vaccine: {
    id: 'vaccine',
    floodPath: '/api/journey',
    services: [
      service('registry', 'registryUrl', [], { network: 'closed' }),
      service('eligibility', 'eligibilityUrl', ['registryUrl'], { network: 'closed', stage: 'form' }),
      service('clinics', 'clinicsUrl', ['databaseUrl', 'registryUrl']),
      service('booking', 'bookingUrl', ['databaseUrl'], { stage: 'booking' }),
      service('waiting-room', 'waitingRoomUrl', [], { stage: 'waiting-room' }),
      service('identity', 'identityUrl', [], { stage: 'identity', channels: true }),
      service('web', 'webUrl', ['waitingRoomUrl', 'identityUrl', 'eligibilityUrl', 'bookingUrl', 'clinicsUrl'], { front: true }),
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
