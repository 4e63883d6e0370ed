// The river drawn: shores, flow, standing water, walls and braids of a layout, as SVG. It says nothing by itself to a
// screen reader; the captions beside it and the table say the same in words.
import { useId, useMemo } from 'react';
import { slotPaths, type Orientation, type RiverPaths } from '../../draw/river-path.js';
import type { RiverBraid, RiverLayout, RiverSlot } from '../../model/river-layout.js';
import { useLocale } from '../../i18n/locale.js';
import { lightOf, placeName } from './place-figures.js';

export interface RiverPictureProps {
  layout: RiverLayout;
  orientation: Orientation;
  /** Slot (and braid) that the page is narrowed to; everything else steps back. */
  chosen: { slot: string; braid: string } | null;
  /** Slot that the verdict points at. */
  narrow: string | null;
  /** People a dot of the crowd stands for. */
  peoplePerDot: number;
  onChoose: (slot: string, braid: string) => void;
  onHover: (slot: string | null, braid: string) => void;
}

/** Room that a braid's label needs. */
const LABEL_PITCH_PX = 18;
/** A stream of errors as thin as this is labelled. */
const LEAK_LABEL_PX = 0.4;

export function RiverPicture(props: RiverPictureProps) {
  const { layout, orientation } = props;
  const crowd = useId();
  const [width, height] = orientation === 'rightwards' ? [layout.alongPx, layout.acrossPx] : [layout.acrossPx, layout.alongPx];
  const paths = useMemo(() => layout.slots.map((slot) => slotPaths(layout, slot, orientation)), [layout, orientation]);
  const crowdPx = Math.sqrt(Math.max(9, layout.areaPxPerPerson * props.peoplePerDot));
  return (
    <svg className="river-picture" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onPointerLeave={() => { props.onHover(null, ''); }}>
      <defs>
        <pattern id={crowd} width={crowdPx} height={crowdPx * 2} patternUnits="userSpaceOnUse">
          <circle cx={crowdPx * 0.3} cy={crowdPx * 0.5} r="1.3" />
          <circle cx={crowdPx * 0.8} cy={crowdPx * 1.5} r="1.3" />
        </pattern>
      </defs>
      {layout.slots.map((slot, index) => {
        const slotPath = paths[index];
        return slotPath === undefined ? null : <Slot key={slot.key} {...props} slot={slot} paths={slotPath} crowd={crowd} />;
      })}
    </svg>
  );
}

function Slot({ layout, slot, paths, crowd, orientation, chosen, narrow, onChoose, onHover }: RiverPictureProps & { slot: RiverSlot; paths: RiverPaths; crowd: string }) {
  const light = lightOf(slot.place);
  const dimmed = chosen !== null && chosen.slot !== slot.key;
  const [x, y, width, height] = orientation === 'rightwards' ? [slot.fromPx, 0, slot.toPx - slot.fromPx, layout.acrossPx] : [0, slot.fromPx, layout.acrossPx, slot.toPx - slot.fromPx];
  return (
    <g className="river-slot" data-light={light} data-reservoir={slot.reservoir} data-dimmed={dimmed} data-narrow={narrow === slot.key}>
      <rect x={x} y={y} width={width} height={height} className="river-hit" onClick={() => { onChoose(slot.key, ''); }} onPointerEnter={() => { onHover(slot.key, ''); }} />
      <path d={paths.bed} className="river-bed" />
      <path d={paths.inflow} className="river-flow" />
      <path d={paths.flow} className="river-flow" />
      {paths.leak !== '' && <path d={paths.leak} className="river-leak" strokeWidth={Math.max(1, slot.leakPx)} />}
      {paths.bank !== '' && (
        <>
          <path d={paths.bank} className="river-bank" />
          <path d={paths.bank} className="river-crowd" fill={`url(#${CSS.escape(crowd)})`} />
        </>
      )}
      {!slot.reservoir && <path d={paths.basinBanks} className="river-basin-shore" data-known={slot.basinKnown} />}
      <path d={paths.banks} className="river-shore" data-known={slot.bed.known} data-clipped={slot.bed.clipped} />
      <path d={paths.wall} className="river-wall" />
      <path d={paths.gate} className="river-gate" />
      {slot.braids.map((braid, index) => {
        const braidPath = paths.braids[index];
        if (braidPath === undefined) return null;
        const braidDimmed = chosen !== null && chosen.slot === slot.key && chosen.braid !== '' && chosen.braid !== braid.key;
        return (
          <g key={braid.key} className="river-braid" data-light={lightOf(braid.place)} data-dimmed={braidDimmed}>
            <path d={braidPath.bed} className="river-bed" />
            <path d={braidPath.flow} className="river-flow" />
            <path d={braidPath.banks} className="river-shore" data-known={braid.bed.known} data-clipped={braid.bed.clipped} />
            <path d={braidPath.hit} className="river-hit" onClick={() => { onChoose(slot.key, braid.key); }} onPointerEnter={() => { onHover(slot.key, braid.key); }} />
          </g>
        );
      })}
    </g>
  );
}

/** Words inside the picture, drawn over the moving dots: each braid's light, name and utilisation, and what leaves as errors. */
export function RiverLabels({ layout, chosen }: { layout: RiverLayout; chosen: RiverPictureProps['chosen'] }) {
  const { words: { live: { river } }, format } = useLocale();
  return (
    <svg className="river-picture river-labels" width={layout.alongPx} height={layout.acrossPx} aria-hidden="true">
      {layout.slots.map((slot) => (
        <g key={slot.key} className="river-slot" data-dimmed={chosen !== null && chosen.slot !== slot.key}>
          {slot.braidPitchPx >= LABEL_PITCH_PX && slot.braids.map((braid) => <BraidLabel key={braid.key} slot={slot} braid={braid} middlePx={layout.acrossPx / 2} />)}
          {slot.leakPx >= LEAK_LABEL_PX && <text className="river-leak-label" x={slot.toPx - 18} y={layout.acrossPx - 4}>{river.errorsLeave(format.rate(slot.place.errorsPerSecond ?? 0))}</text>}
        </g>
      ))}
    </svg>
  );
}

function BraidLabel({ slot, braid, middlePx }: { slot: RiverSlot; braid: RiverBraid; middlePx: number }) {
  const { language, format } = useLocale();
  const light = lightOf(braid.place);
  const fromPx = slot.neckPx + 40;
  const toPx = slot.exitPx - 38;
  const shorePx = middlePx + braid.rowPx - braid.bed.halfPx;
  return (
    <g className="river-label">
      <g transform={`translate(${fromPx} ${shorePx - 12.5})`} className={`light-${light}`}><LightShape light={light} /></g>
      <text x={fromPx + 15} y={shorePx - 3.5}>{placeName(braid.place, language)}</text>
      <text x={toPx} y={shorePx - 3.5} textAnchor="end" className="river-label-figure">{braid.place.utilisation === null ? '–' : format.percent(Math.round(braid.place.utilisation * 100) / 100)}</text>
    </g>
  );
}

/** The traffic light's shapes at 10 × 10, for inside an SVG. */
function LightShape({ light }: { light: 'fine' | 'busy' | 'stuck' | 'none' }) {
  if (light === 'fine') return <circle cx="5" cy="5" r="4.4" />;
  if (light === 'busy') return <path d="M5 .6 9.8 9.4H.2z" />;
  if (light === 'stuck') return <rect x=".7" y=".7" width="8.6" height="8.6" />;
  return <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="1.8 1.8" />;
}
