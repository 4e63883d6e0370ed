// The days that the judge is tested on, after the demo system's own numbers: July's order (verification last, short of
// workers), August's (verification first, with room), and what may break in them.
import type { Plan, PlannedChannel } from './simulated-queues.js';

const POPULARITY: Record<string, [popularity: number, serviceMs: number]> = {
  'pass-skt': [0.26, 2_000], 'pass-kt': [0.18, 2_000], 'pass-lgu': [0.14, 2_000], 'kcb-phone': [0.11, 2_400], kakao: [0.12, 1_800],
  naver: [0.08, 1_800], 'financial-cert': [0.05, 1_600], 'joint-cert': [0.04, 1_600], ipin: [0.02, 2_200],
};
const channels = (servers: number[]): PlannedChannel[] =>
  Object.entries(POPULARITY).map(([id, [popularity, serviceMs]], index) => ({ id, popularity, serviceMs, servers: servers[index]! }));

/** Straight lines between knots. */
export const profile = (...knots: [second: number, perSecond: number][]) => (second: number): number => {
  const right = knots.findIndex(([at]) => at > second);
  if (right <= 0) return knots[right === 0 ? 0 : knots.length - 1]![1];
  const [[fromAt, from], [toAt, to]] = [knots[right - 1]!, knots[right]!];
  return from + ((second - fromAt) / (toAt - fromAt)) * (to - from);
};

const WAITING_ROOM = { id: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, service: 'waiting-room', serviceMs: 3 };
const FORM = { id: 'form', name: { ko: '예약 정보 입력', en: 'Form' }, service: 'web', serviceMs: 20, thinkMs: [2_000, 7_000] as [number, number] };
const IDENTITY = { id: 'identity', name: { ko: '본인인증', en: 'Identity verification' }, service: 'identity', queueTimeoutMs: 10_000 };
const ELIGIBILITY = { id: 'eligibility', name: { ko: '자격 확인', en: 'Eligibility' }, service: 'eligibility', serviceMs: 40 };
const BOOKING = { id: 'booking', name: { ko: '예약', en: 'Booking' }, service: 'booking', serviceMs: 30, servers: 40, dependency: { peer: 'registry', meanMs: () => 150 } };
const ACTIVE = { active: true, limit: true, downstream: true };

/** July: 37 workers do some 18 people a second; the opening brings `peak`. */
export const july = (seed: number, change: Partial<Plan> & { peak?: number } = {}): Plan => ({
  seed, seconds: 70, gateway: 'web', spread: 0.35, retryShare: 0.7, reporting: ACTIVE,
  perSecond: profile([0, 6], [20, 6], [26, change.peak ?? 30], [60, change.peak ?? 30], [120, 18]),
  stages: [{ ...WAITING_ROOM, admittedPerSecond: 60 }, FORM, { ...IDENTITY, channels: channels([9, 6, 5, 5, 4, 3, 2, 2, 1]) }, ELIGIBILITY, BOOKING],
  ...change,
});

/** August: the same crowd finds room, also at the peak. */
export const august = (seed: number, change: Partial<Plan> = {}): Plan => ({
  seed, seconds: 120, gateway: 'web', spread: 0.35, retryShare: 0.7, seesLights: true, coldFactor: 3, reporting: ACTIVE,
  perSecond: profile([0, 8], [20, 8], [30, 20], [90, 20], [150, 14]),
  stages: [{ ...IDENTITY, channels: channels([22, 16, 13, 13, 10, 8, 6, 6, 5]) }, { ...WAITING_ROOM, admittedPerSecond: 30 }, FORM, ELIGIBILITY, BOOKING],
  ...change,
});

/** One stage with one pool: for comparison with theory. */
export const onePool = (seed: number, servers: number, serviceMs: number, perSecond: number, seconds: number): Plan => ({
  seed, seconds, gateway: null, spread: 'exponential', retryShare: 0, reporting: ACTIVE, perSecond: () => perSecond,
  stages: [{ id: 'desk', name: { ko: '창구', en: 'Desk' }, service: 'desk', servers, serviceMs }],
});
