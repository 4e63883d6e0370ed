import { expect, test } from 'vitest';
import { scaledDay } from '../day.js';
import { july19 } from '../days/july-19.js';
import { Simulation } from '../simulation/simulation.js';
import { parseWhatIf } from './what-if-changes.js';
import { whatIfPage, whatIfTable } from './what-if-report.js';

const SCALE = 0.002;
const played = (what: string) => new Simulation(scaledDay(parseWhatIf(what, july19)[0]!.apply(july19), SCALE), 1, null).play();
const asItWas = new Simulation(scaledDay(july19, SCALE), 1, null).play();

test('the same people come into every system', () => {
  for (const what of ['identity-first', 'line=people', 'channels=3']) expect(played(what).total.arrived).toBe(asItWas.total.arrived);
}, 60_000);

test('a line of people holds one place for each', () => {
  const { longest } = played('line=people');
  expect(longest.places).toBeLessThanOrEqual(longest.people * 1.05);
  expect(asItWas.longest.places).toBeGreaterThan(longest.people * 3);
}, 60_000);

test('with identity first hardly anybody is thrown back; with more servers more are booked, with fewer channels fewer', () => {
  // What is left are sessions lost at the form.
  expect(played('identity-first').total.thrownBack).toBeLessThan(asItWas.total.thrownBack / 10);
  expect(played('servers=40').total.booked).toBeGreaterThan(asItWas.total.booked);
  expect(played('channels=2').total.booked).toBeLessThan(asItWas.total.booked);
}, 60_000);

test('the report sets the systems side by side and says with numbers why the line was so long; what it shows is escaped', () => {
  const systems = [
    { id: 'as it was', title: { ko: '그날 그대로', en: 'as it was' }, lived: asItWas, workersAtEnd: 1 },
    { id: 'x', title: { ko: 'x', en: '<script>' }, lived: played('servers=40'), workersAtEnd: 2 },
  ];
  const table = whatIfTable(systems);
  expect(table).toContain(`${asItWas.longest.places.toLocaleString('en')} places stood in line for ${asItWas.longest.people.toLocaleString('en')} people`);
  expect(table).toContain('another device');
  const html = whatIfPage({ day: july19, scale: SCALE, seed: 1, systems }, 'html');
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script>');
  expect(whatIfPage({ day: july19, scale: SCALE, seed: 1, systems }, 'md')).toContain('## Served by hour');
}, 60_000);
