// The pipelines that Narrows is given for the demo name every channel that their scenario offers, and every outcome that
// people are told in them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { channelsOf, SCENARIO_IDS, scenarioOf } from './scenario.js';
import { systemOf } from './system.js';

const pipelines = [...new Map(SCENARIO_IDS.map((id) => scenarioOf(id)).map((scenario) => [scenario.pipeline, scenario])).values()];

test.each(pipelines)('$pipeline has a name in both languages for each of its channels, and the stages that the system serves', (scenario) => {
  const text = readFileSync(new URL(`../pipelines/${scenario.pipeline}.yaml`, import.meta.url), 'utf8');
  const named = [...text.matchAll(/^ {6}([\w-]+): \{ ko: .+, en: .+ \}$/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual([...channelsOf(scenario)].toSorted());
  const stages = [...text.matchAll(/^ {2}- id: ([\w-]+)$/gm)].map((match) => match[1]);
  for (const { stage } of systemOf(scenario.system).services) if (stage !== null) expect(stages).toContain(stage);
  expect(text).toContain(`outcome: ${systemOf(scenario.system).attributes.outcome}\n`);
});
