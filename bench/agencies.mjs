// `npm run bench:agencies`: what many agencies on one collector cost each other, what alert rules and the public page cost, how long a newcomer
// takes, and one alert followed from end to end on the demo. Each part writes its own section of docs/agencies.md and leaves the others as they
// are. --only rules,tenants,public,newcomer,follow: these; --print: to the terminal and not into the page. Linux, an idle machine.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { followSection, measureFollow } from './agencies/follow.mjs';
import { measureNewcomer, newcomerSection } from './agencies/newcomer.mjs';
import { measurePublicPage, publicPageSection } from './agencies/public-page.mjs';
import { measureRules, rulesSection } from './agencies/rules.mjs';
import { measureTenants, tenantsSection } from './agencies/tenants.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const PAGE = path.join(ROOT, 'docs/agencies.md');
const PARTS = {
  newcomer: [measureNewcomer, newcomerSection], tenants: [measureTenants, tenantsSection], rules: [measureRules, rulesSection],
  public: [measurePublicPage, publicPageSection], follow: [measureFollow, followSection],
};

const { values } = parseArgs({ options: { only: { type: 'string', default: Object.keys(PARTS).join(',') }, print: { type: 'boolean', default: false } } });
const git = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim();
const where = `${new Date().toISOString().slice(0, 10)} at ${git}, Node ${process.version}, ${os.availableParallelism()} cores`;

for (const name of values.only.split(',')) {
  if (!Object.hasOwn(PARTS, name)) throw new Error(`there is no part "${name}"; parts: ${Object.keys(PARTS).join(', ')}`);
  process.stderr.write(`${name} …\n`);
  const [measure, section] = PARTS[name];
  let found;
  try {
    found = await measure();
  } catch (error) {
    process.stderr.write(`${name} could not be measured: ${error.stack}${error.cause ? ` (${error.cause.message})` : ''}\n`);
    process.exitCode = 1;
    continue;
  }
  const text = `${section(found).trim()}\n\nMeasured on ${where}.\n`;
  process.stdout.write(`${text}\n${values.print ? `${JSON.stringify(found)}\n` : ''}`);
  if (!values.print) writeSection(name, text);
}
process.exit();

/** Between its two marks; the page's own words stay. */
function writeSection(name, text) {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [`<!-- ${name}: written by npm run bench:agencies -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/agencies.md has no place for "${name}"`);
  writeFileSync(PAGE, `${page.slice(0, from)}${begin}\n${text}${page.slice(to)}`);
}
