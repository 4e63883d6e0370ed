// A scenario of the demo as a day for the simulator, at the demo's own size: the same arrivals, line, channels and people that
// the real processes play. What the product says about one must be what it says about the other.
import type { NationalDay, NationalFault } from '../day.js';
import type { VaccineScenario } from '../../scenario.js';
import { SERVICE_TIME_SPREAD } from '../../scenarios/channels.js';

/** As in the waiting room's own service. */
const LINE = { insideMax: null, pollShare: 0.6, pollMsMin: 1_500, pollMsMax: 8_000, forgetMs: 20_000, claimMs: 20_000 };

/** @param beginMs Unix ms of the first arrival; the day lasts `durationMs` */
export function dayOfScenario(scenario: VaccineScenario, beginMs: number, durationMs: number, faults: readonly NationalFault[] = []): NationalDay {
  const { crowd, waitingRoom } = scenario;
  return {
    id: scenario.id, title: scenario.title, pipeline: scenario.pipeline, beginMs, durationMs, spansAbout: 50_000,
    order: scenario.order, failureThrowsBack: scenario.failureThrowsBack,
    line: { ...LINE, ranks: waitingRoom.rankBy === 'person' ? 'people' : 'connections', admittedPerSecond: waitingRoom.admittedPerSecond },
    servers: [{ atMs: 0, count: 1 }],
    channels: scenario.channels.map((channel) => ({
      id: channel.id, popularity: channel.popularity, workersPerServer: channel.workers, serviceMsMean: channel.serviceMsMean, serviceSpread: SERVICE_TIME_SPREAD,
      mismatchShare: channel.mismatchShare, providerErrorShare: 0, queueMaxPerWorker: channel.queueMax / channel.workers, queueTimeoutMs: channel.queueTimeoutMs,
    })),
    suspension: null,
    otherDevicesBlockedMs: scenario.otherDevicesBlockedMs,
    faults,
    people: {
      arrivals: crowd.arrivals.map(({ atSeconds, peoplePerSecond }) => ({ atMs: atSeconds * 1_000, peoplePerSecond })),
      deviceShares: crowd.deviceShares, secondBrowserShare: 0, otherBrowsersWaitMs: 0, reloadMsMean: null, addressChangeShare: 0, sessionLossShare: 0, oneMoreShare: 0, longWaitMs: durationMs, formLossShare: 0, hearMsMean: 0,
      formMs: crowd.formMs, thinkMs: [400, 1_600], retryMs: [800, 2_500],
      patienceMsMedian: crowd.patienceMsMedian, patienceSpread: crowd.patienceSpread, attemptsMax: crowd.attemptsMax,
      returnShare: 0, returnMsMean: 0, seesLights: crowd.seesLights, notEligibleShare: 1 / 97, slotFullShare: 0,
    },
  };
}
