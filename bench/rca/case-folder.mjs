// One case of public fault data as it lies in its folder: what was measured, and apart from that what the answer is. Whoever
// asks the product reads `readCase`; only the scorer calls `readLabel`.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

/** Folders of cases, in order of their names. */
export function caseFolders(root) {
  return fs.readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && fs.existsSync(path.join(root, entry.name, 'case.json')))
    .map((entry) => path.join(root, entry.name)).sort();
}

/** Nanoseconds do not fit a number: they stay text. */
const parseLine = (line) => JSON.parse(line.replace(/"(startUnixNano|timeUnixNano|durationNano)":\s*(\d+)/g, '"$1":"$2"'));

function readLines(file) {
  if (!fs.existsSync(file)) return [];
  return zlib.gunzipSync(fs.readFileSync(file)).toString('utf8').split('\n').filter((line) => line !== '').map(parseLine);
}

const range = ([from, to]) => ({ fromMs: Math.floor(from / 1e6), toMs: Math.ceil(to / 1e6) });

export function readCase(folder) {
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'case.json'), 'utf8'));
  return {
    name: about.case ?? path.basename(folder), system: about.system, fault: range(about.faultWindow),
    normal: Object.fromEntries(Object.entries(about.normalWindows).map(([name, window]) => [name, range(window)])),
    spans: readLines(path.join(folder, 'spans.jsonl.gz')), metrics: readLines(path.join(folder, 'metrics.jsonl.gz')), logs: readLines(path.join(folder, 'logs.jsonl.gz')),
  };
}

export function readLabel(folder) {
  const { rootCauseService, faultType } = JSON.parse(fs.readFileSync(path.join(folder, 'label.json'), 'utf8'));
  return { service: rootCauseService, faultType };
}
