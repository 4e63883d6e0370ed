// An instance that burns far more processor than it did, and than its peers have come to do at the same moment. Gauges
// come once a minute or so; a rise counts in proportion, against what the same instance did before and against how
// much the other instances moved, so that more work for everybody accuses nobody.
import type { CauseGauge } from '@narrows/contract';
import type { CauseScene, EvidenceKind, Suspicion } from './evidence.js';
import { groupBy } from '../group-by.js';
import { median, spread } from './robust.js';

const OF_AN_INSTANCE = /cpu/i;
/** Of a whole machine, or no use at all. */
const OF_SOMETHING_ELSE = /node|host|limit|request|quota|system[._]cpu|count|throttl/i;
/** Part of the usual use of all instances below which a proportion says nothing. */
const FLOOR_SHARE = 0.1;
const OWN_SPREAD_MIN = 0.15;
const DEVIATIONS_FROM = 2;
const DEVIATIONS_FULL = 6;
const FULL = 4;

interface Rise { service: string; instance: string; before: number; now: number; logRatio: number; own: number; points: number }

function risesOf(series: readonly CauseGauge[][], { now }: CauseScene['input']): Rise[] {
  const measured = series.map((points) => {
    const inside = points.filter(({ atMs }) => atMs > now.fromMs && atMs <= now.toMs).map(({ value }) => value);
    const outside = points.filter(({ atMs }) => atMs <= now.fromMs || atMs > now.toMs).map(({ value }) => value);
    return { points, inside, outside };
  }).filter(({ inside, outside }) => inside.length > 0 && outside.length > 0);
  const floor = FLOOR_SHARE * median(measured.map(({ outside }) => median(outside))) + 1e-9;
  return measured.map(({ points, inside, outside }) => {
    const logs = outside.map((value) => Math.log(Math.max(0, value) + floor));
    const usual = median(logs);
    return {
      service: points[0]!.service, instance: points[0]!.instance, before: median(outside), now: median(inside),
      logRatio: Math.log(Math.max(0, median(inside)) + floor) - usual, own: spread(logs, usual), points: inside.length,
    };
  });
}

export const cpuEvidence: EvidenceKind = {
  name: 'cpu',
  find(scene) {
    const gauges = scene.gauges.filter(({ metric }) => OF_AN_INSTANCE.test(metric) && !OF_SOMETHING_ELSE.test(metric));
    const found = new Map<string, Suspicion>();
    for (const ofMetric of groupBy(gauges, ({ metric }) => metric).values()) {
      const rises = risesOf([...groupBy(ofMetric, ({ service, instance }) => `${service}\n${instance}`).values()], scene.input);
      const middle = median(rises.map(({ logRatio }) => logRatio));
      const peers = spread(rises.map(({ logRatio }) => logRatio), middle);
      for (const { service, instance, before, now, logRatio, own, points } of rises) {
        const deviations = ((logRatio - Math.max(0, middle)) / Math.hypot(Math.max(own, OWN_SPREAD_MIN), peers)) * (points / (points + 0.5));
        const logOdds = FULL * Math.min(1, Math.max(0, (deviations - DEVIATIONS_FROM) / (DEVIATIONS_FULL - DEVIATIONS_FROM)));
        if (logOdds <= (found.get(service)?.logOdds ?? 0)) continue;
        found.set(service, {
          service, instance, kind: 'starvation', logOdds,
          clues: [{
            claim: { ko: `${instance} 인스턴스의 CPU 사용이 평소의 ${times(now, before)}배입니다`, en: `Instance ${instance} uses ${times(now, before)} times its usual CPU` },
            measure: 'cpu', unit: ofMetric[0]!.metric, before, now,
          }],
        });
      }
    }
    return [...found.values()];
  },
};

const times = (now: number, before: number): string => (before > 0 ? (now / before).toPrecision(2) : '∞');
