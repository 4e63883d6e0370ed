// A ring segment as SVG path data: degrees clockwise from the top, radii in the units of the view box.

/** Segment between two radii; a hair narrower on both sides, so that neighbours can be told apart. */
export function ringSegment(centre: number, innerRadius: number, outerRadius: number, fromDegrees: number, toDegrees: number, gapDegrees = 0.5): string {
  const gap = Math.min(gapDegrees, (toDegrees - fromDegrees) / 3);
  const from = fromDegrees + gap / 2;
  const to = toDegrees - gap / 2;
  const large = to - from > 180 ? 1 : 0;
  const point = (radius: number, degrees: number) => {
    const radians = ((degrees - 90) * Math.PI) / 180;
    return `${round(centre + radius * Math.cos(radians))} ${round(centre + radius * Math.sin(radians))}`;
  };
  return `M${point(outerRadius, from)}A${outerRadius} ${outerRadius} 0 ${large} 1 ${point(outerRadius, to)}`
    + `L${point(innerRadius, to)}A${innerRadius} ${innerRadius} 0 ${large} 0 ${point(innerRadius, from)}Z`;
}
const round = (value: number): number => Math.round(value * 100) / 100;
