// Why a promise is not kept, and what it would take: one sentence or two for each figure of `report.mjs` that can fall
// short, with this run's own figures where they say it. Pure; the page shows only what the run has missed. What was tried
// by itself (one engine, loads of 56,000 spans of this payload, nothing else running) is told as shares, which hold on
// another machine; it was measured on 2026-11-29.

const two = (value) => (value === null ? '?' : value.toFixed(2));

/** By case, figure and whether it is the ratio to the peer. `of(case, figure)`: our median, or null. */
const REASONS = [
  { case: 'door', figures: ['cpuSecondsPerMillion'], say: (of) => {
    const decode = ofDecode(of);
    const rest = less(of('door', 'cpuSecondsPerMillion'), decode);
    return `By the decoder's rate in this run, decode and redaction are ${two(decode)} CPU-s of a million spans; HTTP, checksums, the two writes and the sync are the other ${two(rest)}. `
      + 'What of a row comes from the span alone is written in WebAssembly, in half of the time that JavaScript took for it; what is left of decode is flat, a third of it the texts that a pipeline, a peer or a rule of redaction asks for. '
      + 'Less needs the rest of the row there as well, and records that the engine reads as they lie, so that nothing is written twice.';
  } },
  { case: 'door-gzip', figures: ['cpuSecondsPerMillion'], say: (of) => `The same work; inflating comes to ${two(less(of('door-gzip', 'cpuSecondsPerMillion'), of('door', 'cpuSecondsPerMillion')))} CPU-s more, and less is received.` },
  { case: 'whole', figures: ['cpuSecondsPerMillion', 'storedPerSecond'], say: (of) => {
    const store = of('whole', 'cpuStorePerMillion');
    return `The collector has ${two(of('whole', 'cpuCollectorPerMillion'))} of it, the store ${two(store)}: both run on two cores that are then full, so the rate is what the CPU allows. Of a load of 41,000 spans by itself the engine spends a quarter on reading the blocks, two fifths on sorting and writing `
      + 'the raw part and a third on the views; each pass of merging costs half of a load. Since 1 December raw tables are merged column by column, and a span\'s name is no part of their key: a merge costs a quarter less, of small loads three fifths, a load a tenth. '
      + 'Tried and not taken: LZ4 for ZSTD(1) (no less CPU, twice the disk), no bloom filter, no sync, granules of 65,536 rows (within the noise, 150 MiB more), loads of twice the size (a tenth less, 230 MiB more, past the limit of memory) and of three quarters (a tenth more, no memory less). '
      + 'An open page and the judge behind it cost the same whatever the traffic, so that on a slower machine, which stores fewer spans in the time, each span bears more of them. '
      + 'By themselves the door, a load, one merge and a page\'s questions come to some twelve, and two full cores to a third more, since they wait for the same memory. Rollups\' rows made by the decoder would save the third of a load; ten needs an engine that takes sorted columns as they are.';
  } },
  { case: 'steady', figures: ['storedInWindowPerSecond'], say: () => 'As above: the two cores are full at a lower rate.' },
  { case: 'steady', figures: ['residentPeakMiB'], say: () => 'Some 270 MiB are the engine before its first row (210 of them its code), some 200 the collector (60 its code, 90 what V8 holds), and a load in memory is some 4 KiB a span: read, joined into one block, sorted and written; a merge comes beside it. Smaller loads would fit and cost more CPU. Since 1 December the engine\'s allocator gives back within a fifth of a second. Tried and not taken: two arenas for it, which took another 20 MiB and a tenth of the rate.' },
  { case: 'small', figures: ['requestsPerSecond'], say: (of) => `A request of 8 spans costs the collector ${two(perRequestMs(of))} ms, nearly all of it on one thread: decode is nearly four tenths, HTTP with its trips to the socket a fifth, joining blocks for the engine a twentieth, the garbage collector as much. Since 1 December keys and resources are remembered across requests, which took a third of decode; a join keeps its memory, which halved it and the garbage collector's part; and a known key is neither hashed nor waited for: together a tenth of the thread. Requests that come in together are decoded and written as one (ADR 0046): a sixth of the collector's work, a fifth more of them. What is left is flat; more needs a second process at the door.` },
  { case: 'decode', figures: ['pointsPerCoreSecond', 'recordsPerCoreSecond'], say: () => 'Rows that share a resource, scope or metric are written together, which gave a third more; what is left are the attributes of each point, and the machine of the run. Tried and not taken: whole sets of attributes remembered by their bytes (a twentieth less for series that come again, an eighth more for ever new ones). Rows of points are written in WebAssembly since 1 December, as spans\' are: two fifths of the CPU for 2,000 points. Log records are not.' },
  { case: 'idle', figures: ['idleCoresPercent'], say: () => 'Half of it is the engine\'s housekeeping threads, which look at their tables though nothing came, half the collector\'s first seconds; over minutes it is less.' },
  { case: 'idle', figures: ['idleMiB'], say: () => 'Some 270 MiB are the engine\'s code and start, the rest is the collector.' },
];

/**
 * The lines of the page for what was missed.
 *
 * @param missed verdicts with `kept` false; @param median (case, figure) → our median, or null
 */
export function shortfalls(missed, median) {
  return REASONS.filter((reason) => missed.some((verdict) => verdict.case === reason.case && reason.figures.includes(verdict.figure)))
    .map((reason) => `- **${reason.case}**: ${reason.say(median)}`);
}

function ofDecode(of) {
  const rate = of('decode', 'spansPerCoreSecond');
  return rate === null ? null : 1e6 / rate;
}

function less(a, b) { return a === null || b === null ? null : a - b; }

/** 8 spans a request. */
function perRequestMs(of) {
  const cpu = of('small', 'cpuCollectorPerMillion');
  return cpu === null ? null : cpu * 8 / 1_000;
}
