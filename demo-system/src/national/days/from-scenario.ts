// A scenario of the demo as a day for the simulator, at the demo's own size: the same arrivals, line, channels and people that
// the real processes play. What the product says about one must be what it says about the other.
import type { NationalDay, NationalFault } from '../day.js';
import { channelFailing } from '../../faults/channel-failing.js';
import type { ScheduledFault, VaccineScenario } from '../../scenario.js';
import { PROVIDER_FAILS_MS, SERVICE_TIME_SPREAD } from '../../scenarios/channels.js';

/** As in the waiting room's own service. */
const LINE = { insideMax: null, pollShare: 0.6, pollMsMin: 1_500, pollMsMax: 8_000, forgetMs: 20_000, claimMs: 20_000 };

/** What fails in the scenario. Errors: a fault that the simulator does not know, since what it would play would be another day. */
function faultOf({ fault, target, amount, fromSeconds, toSeconds }: ScheduledFault): NationalFault {
  if (fault !== channelFailing.id || target === undefined) throw new Error(`the simulator knows no fault "${fault}"`);
  return {
    channel: target, fromMs: fromSeconds * 1_000, toMs: toSeconds === null ? Number.POSITIVE_INFINITY : toSeconds * 1_000,
    errorShare: amount ?? channelFailing.amount?.default ?? 1, errorMs: PROVIDER_FAILS_MS.error, hangMs: PROVIDER_FAILS_MS.hang,
  };
}

/** @param beginMs Unix ms of the first arrival; the day lasts `durationMs` */
export function dayOfScenario(scenario: VaccineScenario, beginMs: number, durationMs: number): NationalDay {
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
    faults: scenario.faults.map(faultOf),
    people: {
      arrivals: crowd.arrivals.map(({ atSeconds, peoplePerSecond }) => ({ atMs: atSeconds * 1_000, peoplePerSecond })),
      deviceShares: crowd.deviceShares, secondBrowserShare: 0, otherBrowsersWaitMs: 0, reloadMsMean: null, addressChangeShare: 0, sessionLossShare: 0, oneMoreShare: 0, longWaitMs: durationMs, formLossShare: 0, hearMsMean: 0,
      formMs: crowd.formMs, thinkMs: [400, 1_600], retryMs: [800, 2_500],
      patienceMsMedian: crowd.patienceMsMedian, patienceSpread: crowd.patienceSpread, attemptsMax: crowd.attemptsMax,
      returnShare: 0, returnMsMean: 0, seesLights: crowd.seesLights, notEligibleShare: 1 / 97, slotFullShare: 0,
    },
  };
}
