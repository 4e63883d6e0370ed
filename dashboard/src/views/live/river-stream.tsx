// The dots that swim in the river: a canvas over the picture that moves with the screen's own frames and reads the
// newest layout at each. Whoever asked for less motion sees the same dots at rest.
import { useEffect, useMemo, useRef } from 'react';
import { tokenColours } from '../../draw/colours.js';
import { advanceRun, drawDots, type RiverRun } from '../../draw/river-dots.js';
import type { Orientation } from '../../draw/river-path.js';
import { flowOf } from '../../model/river-flow.js';
import type { RiverLayout } from '../../model/river-layout.js';
import { useTheme } from './use-theme.js';

/** A tab that slept must not leap ahead when it wakes. */
const FRAME_SECONDS_MAX = 0.1;

export function RiverStream({ layout, orientation, still }: { layout: RiverLayout; orientation: Orientation; still: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const run = useRef<RiverRun>(new Map());
  const theme = useTheme();
  const scene = useMemo(() => ({ layout, flow: flowOf(layout.slots), orientation }), [layout, orientation]);
  const latest = useRef(scene);
  const [width, height] = orientation === 'rightwards' ? [layout.alongPx, layout.acrossPx] : [layout.acrossPx, layout.alongPx];

  useEffect(() => { latest.current = scene; }, [scene]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return undefined;
    const density = Math.min(2, window.devicePixelRatio || 1);
    canvas.current.width = Math.round(width * density);
    canvas.current.height = Math.round(height * density);
    context.setTransform(density, 0, 0, density, 0, 0);
    const { 'river-dot': colour } = tokenColours(['river-dot']);
    const draw = () => { drawDots(context, latest.current.layout, latest.current.flow, run.current, latest.current.orientation, colour); };
    if (still || window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
      draw();
      return undefined;
    }
    let beforeMs = performance.now();
    let frame = requestAnimationFrame(function move(nowMs) {
      advanceRun(run.current, latest.current.flow, Math.min(FRAME_SECONDS_MAX, (nowMs - beforeMs) / 1_000));
      beforeMs = nowMs;
      draw();
      frame = requestAnimationFrame(move);
    });
    return () => { cancelAnimationFrame(frame); };
  }, [width, height, still, theme]);

  return <canvas ref={canvas} className="river-stream" style={{ width, height }} aria-hidden="true" />;
}
