import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan, type PlanInput, type PlannedPool } from './planner.js';
import { meanWaitMs } from './queueing.js';

const NAME = { ko: '창구', en: 'Desk' };
const pool = (known: Partial<PlannedPool> = {}): PlannedPool => ({ stage: 'desk', channel: '', name: NAME, shareOfStage: 1, serversToday: 10, serviceMs: 500, source: 'declared', ...known });
const desk = (arrivals: readonly number[], known: Partial<PlanInput> = {}, pools = [pool()]): PlanInput => (
  { arrivals, stages: [{ stage: 'desk', share: 1, deliberate: false, pools }], targetWaitMs: 1_000, given: null, ...known });
const flat = (perSecond: number, minutes = 30): number[] => Array.from({ length: minutes }, () => perSecond);
/** An opening: quiet, a peak of ten minutes, quiet. */
const OPENING = [...flat(5, 5), ...flat(60, 10), ...flat(5, 30)];

describe('servers for a wait', () => {
  it('are as many as M/M/c asks for where the crowd is steady', () => {
    const [place] = plan(desk(flat(40), { targetWaitMs: 100 }));
    const wait = (servers: number) => meanWaitMs(servers, 40, 500) ?? Infinity;
    expect(wait(place!.servers!)).toBeLessThanOrEqual(100);
    // One less has a line that grows, or waits longer.
    expect(wait(place!.servers! - 1)).toBeGreaterThan(100);
  });

  it('are fewer than the peak asks for where people may wait a little, as the fluid queue says', () => {
    const at = (targetWaitMs: number) => plan(desk(OPENING, { targetWaitMs }))[0]!.servers!;
    expect(at(1_000)).toBeGreaterThanOrEqual(29);
    // 60 a second for 600 s with capacity k: the line at the end is 600·(60 − k), and who comes then waits 600·(60 − k)/k = 120 s → k = 50.
    expect(at(120_000) / 0.5).toBeGreaterThan(47);
    expect(at(120_000) / 0.5).toBeLessThan(53);
  });

  it('keep the wait: given back as they were found they lead to no longer one, and one less does', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 2, maxLength: 20 }), fc.integer({ min: 50, max: 60_000 }), fc.integer({ min: 20, max: 3_000 }), (arrivals, targetWaitMs, serviceMs) => {
      const pools = [pool({ serviceMs })];
      const found = plan(desk(arrivals, { targetWaitMs }, pools))[0]!.servers!;
      const waitWith = (servers: number) => plan(desk(arrivals, { targetWaitMs, given: new Map([['desk', servers]]) }, pools))[0]!.waitMsMax!;
      expect(waitWith(found)).toBeLessThanOrEqual(targetWaitMs * 1.01);
      if (found > 1) expect(waitWith(found - 1)).toBeGreaterThan(targetWaitMs * 0.99);
    }), { numRuns: 60 });
  });

  it('have a range where the service time is only estimated', () => {
    const [declared] = plan(desk(OPENING));
    const [estimated] = plan(desk(OPENING, {}, [pool({ source: 'plateau' })]));
    expect(declared!.serversLow!).toBeLessThanOrEqual(declared!.servers!);
    expect(estimated!.serversHigh! - estimated!.serversLow!).toBeGreaterThan(declared!.serversHigh! - declared!.serversLow!);
  });
});

describe('given servers', () => {
  it('lead to the line, the wait and the time to clear of a fluid queue', () => {
    const [place] = plan(desk(OPENING, { given: new Map([['desk', 20]]) }));
    // 40 a second can be done: 600 s × 20 are left at the end of the peak, and drain with 35 a second.
    expect(place!.lineMax!).toBeGreaterThan(11_000);
    expect(place!.lineMax!).toBeLessThan(13_000);
    expect(place!.waitMsMax!).toBeGreaterThan(280_000);
    expect(place!.clearsInSeconds!).toBeGreaterThan(850);
    expect(place!.clearsInSeconds!).toBeLessThan(1_050);
    expect(place!.wait).toHaveLength(OPENING.length);
  });

  it('that are too few for ever never clear', () => {
    expect(plan(desk(flat(60), { given: new Map([['desk', 10]]) }))[0]).toMatchObject({ clearsInSeconds: null });
  });

  it('in front hold the crowd back from what stands behind', () => {
    const stages = [{ stage: 'identity', share: 1, deliberate: false, pools: [pool({ stage: 'identity' })] }, { stage: 'booking', share: 0.5, deliberate: false, pools: [pool({ stage: 'booking' })] }];
    const peakOf = (servers: number) => plan({ arrivals: OPENING, stages, targetWaitMs: 1_000, given: new Map([['identity', servers]]) })[1]!.peakPerSecond;
    expect(peakOf(100)).toBeCloseTo(30, 0);
    expect(peakOf(10)).toBeLessThanOrEqual(10.5);
  });
});

describe('what is not known', () => {
  it('is null and holds nobody back', () => {
    const [place] = plan(desk(OPENING, {}, [pool({ serviceMs: null, serversToday: null, source: null })]));
    expect(place).toMatchObject({ servers: null, waitMsMax: null, wait: [], peakPerSecond: 60 });
  });
  it('no crowd and no stage are no exception', () => {
    expect(plan(desk([]))).toHaveLength(1);
    expect(plan({ arrivals: [], stages: [], targetWaitMs: 1, given: null })).toEqual([]);
  });
});
