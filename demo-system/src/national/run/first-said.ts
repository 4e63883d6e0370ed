// When a verdict was first said about a truth, from stored data alone: the collector is asked for the ticks of the seconds after
// its onset, as a page that is scrubbed back would ask, and gives the ticks that it would have pushed then.
import { VERDICT_SAID_FROM, type LiveAnswer, type Verdict } from '@narrows/contract';
import type { GroundTruth } from '../../observe/ground-truth.js';

export interface FirstSaid { saidAtMs: number; verdict: Verdict }
export interface Asked { url: string; token: string; pipeline: string }

/** All verdicts of the second that ended at `toMs`, most certain first. Errors: what the collector answers. */
export async function verdictsAt({ url, token, pipeline }: Asked, toMs: number): Promise<Verdict[]> {
  const query = new URLSearchParams({ pipeline, from: String(toMs - 1_000), to: String(toMs) });
  const response = await fetch(`${url}/api/v1/live?${query.toString()}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`the collector answers ${response.status} to /live: ${(await response.text()).slice(0, 300)}`);
  return (await response.json() as LiveAnswer).tick.verdicts;
}

/** Whether a verdict says at least what is true. */
export function saysSo(verdict: Verdict, { kind, subject, also = [] }: GroundTruth): boolean {
  return (verdict.kind === kind || also.includes(verdict.kind)) && Object.entries(subject).every(([field, value]) => verdict.subject[field as keyof Verdict['subject']] === value);
}

/** The first second within `withinMs` of the onset in which a confident verdict says so; null: none did. */
export async function firstSaid(asked: Asked, truth: GroundTruth, withinMs: number, stepMs = 1_000): Promise<FirstSaid | null> {
  const from = Math.ceil(truth.beginMs / 1_000) * 1_000;
  for (let toMs = from; toMs <= from + withinMs; toMs += stepMs) {
    const verdict = (await verdictsAt(asked, toMs)).find((one) => one.confidence >= VERDICT_SAID_FROM && saysSo(one, truth));
    if (verdict) return { saidAtMs: toMs, verdict };
  }
  return null;
}
