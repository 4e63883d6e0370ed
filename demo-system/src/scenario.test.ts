import { expect, test } from 'vitest';
import { faultOf, FAULTS } from './faults/all-faults.js';
import { channelsOf, SCENARIO_IDS, scenarioOf } from './scenario.js';
import { SYSTEM_IDS, systemOf } from './system.js';

test.each(SCENARIO_IDS)('%s: its faults exist in its system, its operations name what there is, and its crowd comes in order', (id) => {
  const scenario = scenarioOf(id);
  const { services } = systemOf(scenario.system);
  const names = services.map(({ name }) => name);
  for (const { fault: faultId, target, amount, fromSeconds, toSeconds } of scenario.faults) {
    const fault = faultOf(faultId);
    expect(fault, faultId).toBeDefined();
    expect(services.some((service) => fault?.fits(service)), `${faultId} befalls ${scenario.system}`).toBe(true);
    if (fault?.target === 'channel') expect(channelsOf(scenario)).toContain(target);
    if (fault?.target === 'service') expect(names).toContain(target);
    expect(amount === undefined || (amount >= (fault?.amount.min ?? 0) && amount <= (fault?.amount.max ?? 0))).toBe(true);
    expect(toSeconds === null || toSeconds > fromSeconds).toBe(true);
  }
  for (const { operation } of scenario.operations) if (operation.action === 'servers') expect(names).toContain(operation.service);
  const seconds = scenario.crowd.arrivals.map(({ atSeconds }) => atSeconds);
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  expect(scenario.crowd.deviceShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  if (scenario.system === 'vaccine') expect(scenario.channels.reduce((sum, { popularity }) => sum + popularity, 0)).toBeCloseTo(1);
});

test('every fault of the list can befall the vaccine reservation, each under a name of its own', () => {
  const { services } = systemOf('vaccine');
  for (const fault of FAULTS) expect(services.some((service) => fault.fits(service)), fault.id).toBe(true);
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
});

test.each(SYSTEM_IDS)('%s has one public site, and each service needs only those before it', (id) => {
  const { services } = systemOf(id);
  expect(services.filter(({ front }) => front).length).toBe(1);
  const there = new Set<string>(['databaseUrl']);
  for (const { needs, urlName } of services) {
    for (const name of needs) expect([...there]).toContain(name);
    there.add(urlName);
  }
});
