// Rows of the fault matrix → the figures of docs/judging.md: by kind and by view, on tuned and on kept-back seeds, with the
// Brier score and the reliability of everything said. Pure: the same rows write the same text.
import type { Row } from './fault-matrix.js';
import type { Cost } from './judging-cost.js';

const ONSET_SECONDS = 5;
const TOLD_SECONDS = 10;
const PROMISE_OFF = 0.2;

const share = (rows: readonly Row[], of: (row: Row) => boolean): string => (rows.length === 0 ? '–' : `${Math.round((100 * rows.filter(of).length) / rows.length)} %`);
const promised = (rows: readonly Row[]): number[] => rows.flatMap(({ promise }) => (promise?.wait == null ? [] : [Math.abs(promise.wait)]));
const within = (offs: readonly number[]): string => (offs.length === 0 ? '–' : `${offs.filter((off) => off <= PROMISE_OFF).length}/${offs.length}`);

function line(name: string, rows: readonly Row[]): string {
  return `| ${name} | ${rows.length} | ${share(rows, ({ subjectRight }) => subjectRight)} | ${share(rows, ({ kindRight }) => kindRight)} | ${share(rows, ({ onsetOff }) => onsetOff !== null && Math.abs(onsetOff) <= ONSET_SECONDS)}`
    + ` | ${share(rows, ({ toldAfter }) => toldAfter !== null && toldAfter <= TOLD_SECONDS)} | ${within(promised(rows))} |`;
}

const HEAD = `| | cases | subject | kind | onset ≤ ${ONSET_SECONDS} s | told ≤ ${TOLD_SECONDS} s | promise ≤ 20 % off |\n|---|---|---|---|---|---|---|`;

function tables(name: string, rows: readonly Row[]): string {
  const faults = rows.filter(({ kind }) => kind !== 'quiet');
  const quiet = rows.filter(({ kind }) => kind === 'quiet');
  const groups = [...new Set(faults.map((row) => `${row.kind}, ${row.name}`))];
  const quietNames = [...new Set(quiet.map((row) => row.name))];
  return [
    `### ${name}`, '', HEAD, line('**all faults**', faults), ...groups.map((group) => line(group, faults.filter((row) => `${row.kind}, ${row.name}` === group))), '',
    HEAD, ...[...new Set(faults.map(({ view }) => view))].map((view) => line(`seen: ${view}`, faults.filter((row) => row.view === view))), '',
    '| quiet | cases | nothing ≥ 0.5 | loudest |', '|---|---|---|---|',
    ...quietNames.map((each) => { const of = quiet.filter((row) => row.name === each); return `| ${each} | ${of.length} | ${share(of, ({ loudest }) => loudest < 0.5)} | ${Math.max(...of.map(({ loudest }) => loudest)).toFixed(2)} |`; }), '',
  ].join('\n');
}

/** Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950). */
function reliability(rows: readonly Row[]): string {
  const said = rows.flatMap((row) => row.said);
  const brier = said.reduce((sum, { confidence, right }) => sum + (confidence - (right ? 1 : 0)) ** 2, 0) / Math.max(1, said.length);
  const bands = [[0.25, 0.5], [0.5, 0.7], [0.7, 0.9], [0.9, 1.01]] as const;
  return [
    `Brier score ${brier.toFixed(3)} over ${said.length} heads of the list, read every five seconds of every case (0 is perfect, 0.25 is a coin).`, '', '| said with | times | mean confidence | right |', '|---|---|---|---|',
    ...bands.map(([from, to]) => {
      const of = said.filter(({ confidence }) => confidence >= from && confidence < to);
      const mean = of.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, of.length);
      return `| ${from}–${Math.min(1, to)} | ${of.length} | ${of.length === 0 ? '–' : mean.toFixed(2)} | ${of.length === 0 ? '–' : `${Math.round((100 * of.filter(({ right }) => right).length) / of.length)} %`} |`;
    }),
  ].join('\n');
}

export function summaryOf({ tuned, kept, cost, made }: { tuned: Row[]; kept: Row[]; cost: Cost[]; made: string }): string {
  return [
    `Written by ${made}.`, '', tables('Kept back (never looked at while weights were set)', kept), tables('Tuned on', tuned),
    '### Calibration, kept back', '', reliability(kept), '', '### Cost', '', '| | CPU ms, median of 5 |', '|---|---|', ...cost.map(({ what, ms }) => `| ${what} | ${ms.toFixed(0)} |`), '',
  ].join('\n');
}
