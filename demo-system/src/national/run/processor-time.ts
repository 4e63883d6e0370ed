// What another process and the ones that it started have cost so far, in user and system time; null where no /proc tells.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** CPU seconds of a process and its children. */
export function cpuSecondsOf(pid: number | undefined): number | null {
  if (pid === undefined || !fs.existsSync(`/proc/${pid}/stat`)) return null;
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + ticksOf(one), 0) / ticks;
}

function childrenOf(pid: number): number[] {
  return fs.readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const list = `/proc/${pid}/task/${task}/children`;
    return fs.existsSync(list) ? fs.readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  });
}

function ticksOf(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
