// A scenario of the demo as the national simulator plays it, through a real collector, and what the product says about it: the
// same shape of report as a run on real processes has, so that both are held against the truth, and against each other.
import { dayOfScenario } from '../demo-system/dist/national/days/from-scenario.js';
import { verdictsAt } from '../demo-system/dist/national/run/first-said.js';
import { WatchedDay } from '../demo-system/dist/national/run/watch-day.js';
import { vaccineScenarioOf } from '../demo-system/dist/scenario.js';

/** Moments of `verdicts` are those of the day: the second after which the live page would have said it. Errors: DemoFailure; nothing is left running. */
export async function simulatedRun({ scenario, seed, beginMs, seconds, port, otlpPort, dataDir }) {
  const day = new WatchedDay({
    mode: 'watch', day: dayOfScenario(vaccineScenarioOf(scenario), beginMs, seconds * 1_000), scale: 1, seed, jsonFile: null, headless: true, speed: null, shiftNow: false,
    port, otlpPort, dataDir,
  }, () => undefined);
  try {
    const { url, apiToken, truths, lived } = await day.run();
    const asked = { url, token: apiToken, pipeline: vaccineScenarioOf(scenario).pipeline };
    const verdicts = [];
    for (let saidAt = beginMs + 1_000; saidAt <= beginMs + seconds * 1_000; saidAt += 1_000) verdicts.push(...(await verdictsAt(asked, saidAt)).map((verdict) => ({ ...verdict, saidAt })));
    return { scenario, seed, begin: beginMs, end: beginMs + seconds * 1_000, truth: truths, verdicts, lived };
  } finally {
    await day.stop();
  }
}
