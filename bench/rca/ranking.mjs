// Verdicts → an order of services, and the order against the answer. AC@k: share of cases whose faulty service is among the
// first k, as in the papers.

/** Distinct services in the order in which the verdicts name them. */
export function servicesOf(verdicts) {
  const services = [];
  for (const { subject } of verdicts) if (subject.service !== undefined && !services.includes(subject.service)) services.push(subject.service);
  return services;
}

/** 1 for the first, 0 where the service is not named at all. */
export const rankOf = (services, wanted) => services.indexOf(wanted) + 1;

export function accuracy(rows) {
  const among = (k) => rows.filter(({ rank }) => rank >= 1 && rank <= k).length / Math.max(1, rows.length);
  return { cases: rows.length, ac1: among(1), ac3: among(3) };
}

/** Rows by a field, in order of its values. */
export function byField(rows, field) {
  const groups = new Map();
  for (const row of rows) groups.set(row[field], [...(groups.get(row[field]) ?? []), row]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Mean squared error of confidences of yes-or-no sayings `{ confidence, right }`. */
export const brier = (sayings) => sayings.reduce((sum, { confidence, right }) => sum + (confidence - (right ? 1 : 0)) ** 2, 0) / Math.max(1, sayings.length);

const BINS = [[0, 0.1], [0.1, 0.3], [0.3, 0.5], [0.5, 0.7], [0.7, 0.9], [0.9, 1.0001]];

/** Of what was said with about this confidence, how much was right? */
export function reliability(sayings) {
  return BINS.map(([from, to]) => {
    const inside = sayings.filter(({ confidence }) => confidence >= from && confidence < to);
    return { from, to: Math.min(to, 1), said: inside.length, confidence: inside.reduce((sum, s) => sum + s.confidence, 0) / Math.max(1, inside.length), right: inside.filter((s) => s.right).length / Math.max(1, inside.length) };
  }).filter(({ said }) => said > 0);
}
