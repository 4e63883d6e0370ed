// The scale of the river: what a width, an area and a dot stand for, drawn at the very size they have in the picture.
import type { RiverLayout } from '../../model/river-layout.js';
import { flowOf } from '../../model/river-flow.js';
import { useLocale } from '../../i18n/locale.js';

const WIDTH_SAMPLE_PX = 12;
const AREA_SAMPLE_PX = 14;
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000];

export function RiverLegend({ layout, peoplePerDot }: { layout: RiverLayout; peoplePerDot: number }) {
  const { words: { live: { river } }, format } = useLocale();
  // The nice number whose size comes nearest to a sample that can be read.
  const nearest = (wanted: number) => NICE.reduce((best, one) => (Math.abs(Math.log(one / wanted)) < Math.abs(Math.log(best / wanted)) ? one : best), 1);
  const rate = nearest(WIDTH_SAMPLE_PX / layout.widthPxPerSecond);
  const people = nearest(AREA_SAMPLE_PX ** 2 / layout.areaPxPerPerson);
  const side = Math.sqrt(people * layout.areaPxPerPerson);
  const dot = Math.max(peoplePerDot, flowOf(layout.slots).peoplePerDot);
  return (
    <ul className="river-legend">
      <li><svg width="10" height="20" aria-hidden="true"><rect x="3" y={10 - (rate * layout.widthPxPerSecond) / 2} width="4" height={rate * layout.widthPxPerSecond} className="legend-width" /></svg>{river.legendWidth(format.rate(rate))}</li>
      <li><svg width="22" height="20" aria-hidden="true"><rect x={11 - side / 2} y={10 - side / 2} width={side} height={side} className="legend-area" /></svg>{river.legendArea(river.people(format.count(people)))}</li>
      <li><svg width="10" height="20" aria-hidden="true"><circle cx="5" cy="10" r="1.6" className="legend-dot" /></svg>{river.legendDot(river.people(format.count(dot)))}</li>
      <li><svg width="18" height="20" aria-hidden="true"><path d="M0 10H18" className="legend-unknown" /></svg>{river.legendUnknown}</li>
    </ul>
  );
}
