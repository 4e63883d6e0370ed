// Figures of one national day → `docs/national-day.md`. Pure: the same figures write the same page.

const count = (value) => Math.round(value).toLocaleString('en');
const minutes = (seconds) => (seconds / 60).toFixed(1);
const millions = (value) => (value / 1e6).toFixed(2);
const clock = (unixMs) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(unixMs);
const subject = ({ stage, channel }) => [stage, channel].filter(Boolean).join(' / ');

/** What was asked: the figure, its bound, and whether it held. A smaller country is not held against bounds of the whole one. */
function asked({ run, disk }) {
  const spans = run.made.traces;
  const seconds = run.sentAfterSeconds + run.storedAfterSeconds;
  const whole = run.scale === 1;
  const row = (what, value, bound, kept) => `| ${what} | **${value}** | ${whole ? bound : '–'} | ${whole ? (kept ? '✓' : '✗') : ''} |`;
  const busy = run.generatorCpuSeconds / spans * 1e6;
  return [
    row('requests', count(run.requests), '≥ 10,000,000', run.requests >= 10e6),
    row('… of them from the opening to the suspension', count(run.requestsAfterOpening), '', true).replace('✓', ''),
    row('spans', count(spans), '≥ 60,000,000', spans >= 60e6),
    row('minutes until all of it was stored', minutes(seconds), '≤ 12', seconds <= 720),
    row('spans/s, stored', count(spans / seconds), '', true).replace('✓', ''),
    row('disk, bytes a span, with all rollups, metrics and logs', (disk.allBytes / spans).toFixed(1), '≤ 60', disk.allBytes / spans <= 60),
    row('… the table of spans alone', (disk.tableBytes / spans).toFixed(1), '', true).replace('✓', ''),
    row('generator, CPU-s per million spans', busy.toFixed(2), '≤ 1.5', busy <= 1.5),
    row('collector and store, CPU-s per million spans', run.collectorCpuSeconds === null ? '–' : (run.collectorCpuSeconds / spans * 1e6).toFixed(1), '', true).replace('✓', ''),
    row('sent and not stored', count(spans - disk.rows), '0', spans === disk.rows),
    row('asked to come back later (429, 503)', count(run.retries), '', true).replace('✓', ''),
  ].join('\n');
}

function verdicts({ truths, said }) {
  const rows = truths.map((truth, i) => {
    const first = said[i];
    const told = first ? `${clock(first.saidAtMs)} | ${((first.saidAtMs - truth.beginMs) / 1_000).toFixed(0)} s | ${((first.since - truth.beginMs) / 1_000).toFixed(0)} s | ${first.confidence.toFixed(2)}` : 'not within a minute | – | – | –';
    return `| ${truth.kind} | ${subject(truth.subject)} | ${clock(truth.beginMs)} – ${truth.endMs === null ? 'the end' : clock(truth.endMs)} | ${told} |`;
  });
  return `| true | where | from – to | first said | after | onset off | confidence |\n|---|---|---|---:|---:|---:|---:|\n${rows.join('\n')}`;
}

/** The whole page. `note`: what the reader has to know of this run. */
export function nationalPage({ run, disk, whatIf, machine, note }) {
  const { total, longest, bookedAfterMinutes, inLineMinutes } = run.lived;
  return `# The national day

Written by \`npm run bench:national\`; never typed. ${run.day}, ${run.scale === 1 ? 'at its real size' : `scale ${run.scale}`}, seed ${run.seed}. Commit ${machine.commit}, Node ${machine.node}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.date}.${note ? `\n\n${note}` : ''}

The day is simulated, event by event, person by person (\`demo-system/src/national\`); what it sends is the telemetry of the real services,
attribute for attribute, and everything behind the door is real: collector, fsync, store, judge. Watch it: \`npm run national -- --day ${run.day}\`.

| what | | asked | |
|---|---:|---:|---|
${asked({ run, disk })}

Simulated were ${count(run.events)} events. Sent were also ${count(run.made.metrics)} points of metrics (what is open, pools and lines, each second) and ${count(run.made.logs)} log
records (the oldest open transactions): ${(run.bytes / 1e9).toFixed(1)} GB in ${count(run.exports)} requests, uncompressed. Generator, collector and store ran on the same cores.

## What was true, and what was said

From the stored day: the first second in which the live page would have said it with a confidence above one half.

${verdicts(run)}

## What people lived through

${count(total.arrived)} people came and asked ${millions(total.requests)} million times. ${count(total.booked)} booked, ${count(total.thrownBack)} times somebody was thrown back, ${count(total.gaveUp)} gave up.
${bookedAfterMinutes ? `Those who booked needed ${bookedAfterMinutes.p50.toFixed(0)} minutes (median; 95 %: ${bookedAfterMinutes.p95.toFixed(0)}).` : ''} ${inLineMinutes ? `Those who were let in had stood in line for ${inLineMinutes.mean.toFixed(0)} minutes on average.` : ''} The line was longest at ${clock(run.beginMs + longest.atMs)}: **${count(longest.places)}
places for ${count(longest.people)} people**.

${whatIf.page.replace(/^# /, '## ').replaceAll('\n## ', '\n### ').trim()}

All of this comparison took ${whatIf.seconds.toFixed(0)} s (\`--what-if\`, without a collector).

## What is assumed

The press tells moments and sizes; how they came about it does not. Assumed in \`demo-system/src/national/days/\`, each with its number: how
arrivals spread over the evening, how many devices and browsers people used, how often they reloaded, how long a verification takes, how
often one fails, and how many came back after the suspension. Polls of the line are told an hour's wait at most. In-flight metrics are
one report a service, as a gateway in front of the collector adds them up. Times are those of 2021: the store keeps by the day of receipt.
`.replace(/\n{3,}/g, '\n\n');
}
