// The pipeline as the planner sees it, fitted from a window of series: each stage's share of the crowd, and of each pool the
// servers and the mean service time that the judge itself goes by. A stage whose channels are counted is its channels.
import type { JudgeInput } from '@narrows/contract';
import { sumOver } from './flow.js';
import type { PlannedPool, PlannedStage } from './planner.js';
import { sceneOf, type Place } from './scene.js';

/** `arrivalsPerSecond`: those who come to the first stage that is no deliberate wait, over the last minutes. */
export interface PlanModel { stages: PlannedStage[]; arrivalsPerSecond: number; minutes: number[] }

const RATE_SECONDS = 120;
const MINUTE = 60;

function poolOf({ stage, channel, name, narrowness: { capacity, unhurriedMs } }: Place, shareOfStage: number): PlannedPool {
  const known = capacity !== null && capacity.perSecond > 0;
  return {
    stage, channel, name, shareOfStage,
    serversToday: known ? Math.max(1, Math.round(capacity.servers)) : null,
    // Without a line there is no plateau; what one takes unhurried is still known.
    serviceMs: known ? (capacity.servers / capacity.perSecond) * 1_000 : unhurriedMs, source: known ? capacity.source : unhurriedMs === null ? null : 'plateau',
  };
}

export function planModel(input: JudgeInput): PlanModel {
  const scene = sceneOf(input);
  const from = Math.max(0, scene.seconds - RATE_SECONDS);
  const rate = ({ flow }: Place) => sumOver(flow.arrivals, from, scene.seconds) / Math.max(1, scene.seconds - from);
  const first = scene.stages.find(({ deliberate }) => !deliberate);
  const front = first === undefined ? 0 : rate(first);
  const stages = scene.stages.filter(({ deliberate }) => !deliberate).map((stage): PlannedStage => {
    const channels = stage.byChannel ? stage.channels.filter((channel) => rate(channel) > 0) : [];
    const all = channels.reduce((sum, channel) => sum + rate(channel), 0);
    return {
      stage: stage.stage, deliberate: stage.deliberate, share: front > 0 ? rate(stage) / front : stage === first ? 1 : 0,
      pools: channels.length > 0 ? channels.map((channel) => poolOf(channel, rate(channel) / all)) : [poolOf(stage, 1)],
    };
  });
  const minutes = first === undefined ? [] : Array.from({ length: Math.floor(scene.seconds / MINUTE) }, (_, minute) => sumOver(first.flow.arrivals, minute * MINUTE, (minute + 1) * MINUTE) / MINUTE);
  return { stages, arrivalsPerSecond: front, minutes };
}
