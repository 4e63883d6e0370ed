// The river of the live page: picture, captions, hover card, legend and its table, laid out for the width there is. A
// wide page reads it from left to right, a narrow one from top to bottom. Clicking a reach or braid narrows the page.
import type { LiveTick, PlaceState } from '@narrows/contract';
import { useMemo, useState, type ReactNode } from 'react';
import { layoutRiver, reachesOf, riverAcrossPx, riverAlongPx, type RiverLayout, type RiverSlot } from '../../model/river-layout.js';
import { stepAtLeast, type RiverScales } from '../../model/river-scale.js';
import type { Orientation } from '../../draw/river-path.js';
import { useLocale } from '../../i18n/locale.js';
import { SlotCrowd, SlotFigures, SlotHead } from './river-captions.js';
import { RiverCard } from './river-card.js';
import { RiverLegend } from './river-legend.js';
import { RiverLabels, RiverPicture } from './river-picture.js';
import { RiverStream } from './river-stream.js';
import { RiverTable } from './river-table.js';
import { useSize } from './use-size.js';

export interface RiverProps {
  tick: LiveTick;
  /** Place the verdict points at. */
  narrow: PlaceState | null;
  chosen: { slot: string; braid: string } | null;
  as: 'river' | 'table';
  /** Nothing moves: the page is paused or its data is old. */
  still: boolean;
  onChoose: (slot: string, braid: string) => void;
  onAs: (as: 'river' | 'table') => void;
}

/** From this width on the river flows to the right. */
const RIGHTWARDS_FROM_PX = 860;
const ACROSS_LEAST_PX = 190;
const BRAID_PITCH_PX = 25;
const DOWNWARDS_ACROSS_PX = 132;
const DOWNWARDS_SLOT_PX = 152;
/** More reaches than these cannot be told apart; the table has them all. */
const REACHES_MAX = 12;
/** A crowd's dot must be visible and apart from its neighbour. */
const CROWD_AREA_LEAST_PX = 42;

export function River(props: RiverProps) {
  const { tick, as, onAs } = props;
  const { words: { live: { river } }, format } = useLocale();
  const [frame, { width }] = useSize<HTMLDivElement>();
  const [scales, setScales] = useState<RiverScales | null>(null);
  const orientation: Orientation = width >= RIGHTWARDS_FROM_PX ? 'rightwards' : 'downwards';
  const { places, left } = useMemo(() => firstReaches(tick.places), [tick.places]);
  const layout = useMemo(() => {
    const size = orientation === 'rightwards'
      ? { alongPx: width, acrossPx: riverAcrossPx(places, ACROSS_LEAST_PX, BRAID_PITCH_PX) }
      : { alongPx: riverAlongPx(places, DOWNWARDS_SLOT_PX), acrossPx: DOWNWARDS_ACROSS_PX };
    return layoutRiver(places, size, scales);
  }, [places, width, orientation, scales]);
  // The next second is drawn by this one's scales, for as long as they suit it.
  if (scales?.bedFullPerSecond !== layout.scales.bedFullPerSecond || scales.bankFullPeople !== layout.scales.bankFullPeople) setScales(layout.scales);
  const peoplePerDot = stepAtLeast(CROWD_AREA_LEAST_PX / layout.areaPxPerPerson, 1);

  return (
    <section className="live-section river" aria-label={river.label} data-orientation={orientation}>
      <div ref={frame} className="river-frame">
        {as === 'table' && <RiverTable places={tick.places} chosen={props.chosen} onChoose={props.onChoose} />}
        {as === 'river' && width > 0 && <RiverScene {...props} layout={layout} orientation={orientation} peoplePerDot={peoplePerDot} />}
      </div>
      <div className="river-tools">
        {as === 'river' && <RiverLegend layout={layout} peoplePerDot={peoplePerDot} />}
        {left > 0 && <span className="text-soft">{river.more(format.count(left))}</span>}
        <div role="group" aria-label={river.showAs} className="segmented">
          {(['river', 'table'] as const).map((one) => <button key={one} type="button" aria-pressed={as === one} onClick={() => { onAs(one); }}>{river.show[one]}</button>)}
        </div>
      </div>
    </section>
  );
}

type SceneProps = RiverProps & { layout: RiverLayout; orientation: Orientation; peoplePerDot: number };

/** Picture and captions over each other; one hovered place at a time. */
function RiverScene({ tick, narrow, chosen, still, onChoose, layout, orientation, peoplePerDot }: SceneProps) {
  const { words: { live: { river } } } = useLocale();
  const [hovered, setHovered] = useState<{ slot: string; braid: string } | null>(null);
  const rightwards = orientation === 'rightwards';
  const narrowSlot = layout.slots.find((slot) => narrow !== null && slot.place.stage === narrow.stage && slot.place.service === narrow.service) ?? null;
  const card = hovered === null ? null : cardOf(layout, hovered, rightwards);
  const onHover = (slot: string | null, braid: string) => { setHovered(slot === null ? null : { slot, braid }); };
  const caption = (slot: RiverSlot, children: ReactNode) => (
    <div key={slot.key} className="river-caption" data-dimmed={chosen !== null && chosen.slot !== slot.key} style={rightwards ? { left: slot.fromPx, width: slot.toPx - slot.fromPx } : { top: slot.fromPx, height: slot.toPx - slot.fromPx }}>{children}</div>
  );
  const head = (slot: RiverSlot) => (
    <SlotHead slot={slot} pressed={chosen?.slot === slot.key} narrow={slot === narrowSlot} onChoose={() => { onChoose(slot.key, ''); }} onHover={(inside) => { onHover(inside ? slot.key : null, ''); }} />
  );
  const picture = (
    <div className="river-water" style={rightwards ? { height: layout.acrossPx } : { width: layout.acrossPx, height: layout.alongPx }}>
      <RiverPicture layout={layout} orientation={orientation} chosen={chosen} narrow={narrowSlot?.key ?? null} peoplePerDot={peoplePerDot} onChoose={onChoose} onHover={onHover} />
      <RiverStream layout={layout} orientation={orientation} still={still} />
      {rightwards && <RiverLabels layout={layout} chosen={chosen} />}
      {rightwards && layout.slots.map((slot) => (slot.bank === null ? null : (
        <div key={slot.key} className="river-crowd-label" data-beside={slot.reservoir ? 'right' : 'left'} style={slot.reservoir ? { left: slot.mouthPx + 12 } : { right: layout.alongPx - slot.mouthPx + 30 }}><SlotCrowd slot={slot} /></div>
      )))}
    </div>
  );
  return (
    <div className="river-scene">
      {rightwards && narrowSlot !== null && <span className="river-pointer" style={{ left: narrowSlot.mouthPx }} aria-hidden="true"><b>{river.narrow}</b></span>}
      {rightwards
        ? <><div className="river-row river-row-heads">{layout.slots.map((slot) => caption(slot, head(slot)))}</div>{picture}<div className="river-row river-row-figures">{layout.slots.map((slot) => caption(slot, <SlotFigures slot={slot} />))}</div></>
        : <>{picture}<div className="river-column">{layout.slots.map((slot) => caption(slot, <>{head(slot)}<SlotCrowd slot={slot} /><SlotFigures slot={slot} /></>))}</div></>}
      {card !== null && <RiverCard place={card.place} atMs={tick.atMs} style={card.style} />}
    </div>
  );
}

const CARD_WIDTH_PX = 300;

/** Where the card of a hovered place stands: beside its reach, inside the river. */
function cardOf(layout: RiverLayout, hovered: { slot: string; braid: string }, rightwards: boolean): { place: PlaceState; style: { left: number; top: number } } | null {
  const slot = layout.slots.find((one) => one.key === hovered.slot);
  if (slot === undefined) return null;
  const place = slot.braids.find((braid) => braid.key === hovered.braid)?.place ?? slot.place;
  if (!rightwards) return { place, style: { left: layout.acrossPx + 8, top: slot.fromPx } };
  const rightOf = slot.toPx + 8;
  const left = rightOf + CARD_WIDTH_PX <= layout.alongPx ? rightOf : Math.max(0, slot.fromPx - CARD_WIDTH_PX - 8);
  return { place, style: { left, top: 34 } };
}

/** The first reaches with their channels, and how many reaches were left to the table. */
function firstReaches(places: readonly PlaceState[]): { places: PlaceState[]; left: number } {
  const reaches = reachesOf(places);
  return { places: reaches.slice(0, REACHES_MAX).flatMap((reach) => [reach.place, ...reach.channels]), left: Math.max(0, reaches.length - REACHES_MAX) };
}
