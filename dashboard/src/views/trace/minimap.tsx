// The whole trace in 44 pixels: every span as a line in its service's colour, the critical path in the foreground.
// Dragging a stretch zooms the waterfall to it; with the keyboard, arrows move and + − zoom.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useLocale } from '../../i18n/locale.js';
import type { Stretch } from '../../model/self-time.js';
import type { TraceModel } from '../../model/trace-model.js';

const HEIGHT = 44;
/** A drag shorter than this is a click, which changes nothing. */
const DRAG_MIN = 0.005;
const ZOOM_MIN_NANO = 1_000;

export function Minimap({ model, whole, view, onZoom }: { model: TraceModel; whole: Stretch; view: Stretch; onZoom: (zoom: Stretch | null) => void }) {
  const { words: { trace }, format } = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const wholeNano = whole.endNano - whole.beginNano;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const draw = (): void => { drawMinimap(element, model, whole); };
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    // Colours come from the theme's tokens.
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => { observer.disconnect(); themed.disconnect(); };
  }, [model, whole]);

  const nanoAt = (share: number): number => whole.beginNano + share * wholeNano;
  const finish = (): void => {
    if (drag && Math.abs(drag.to - drag.from) > DRAG_MIN) onZoom({ beginNano: nanoAt(Math.min(drag.from, drag.to)), endNano: nanoAt(Math.max(drag.from, drag.to)) });
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = keyZoom(event.key, view, whole);
    if (next === undefined) return;
    event.preventDefault();
    onZoom(next);
  };
  const frame = drag ? { left: Math.min(drag.from, drag.to), right: Math.max(drag.from, drag.to) } : { left: (view.beginNano - whole.beginNano) / wholeNano, right: (view.endNano - whole.beginNano) / wholeNano };
  return (
    <div role="slider" tabIndex={0} aria-label={trace.minimap} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(frame.left * 100)} aria-valuetext={trace.zoomed(format.duration(view.beginNano / 1e6), format.duration(view.endNano / 1e6))}
      title={trace.minimap} className="relative h-11 cursor-crosshair touch-none select-none" onKeyDown={onKeyDown} onDoubleClick={() => { onZoom(null); }}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); const share = shareAt(event); setDrag({ from: share, to: share }); }}
      onPointerMove={(event) => { if (drag) setDrag({ from: drag.from, to: shareAt(event) }); }} onPointerUp={finish} onPointerCancel={() => { setDrag(null); }}>
      <canvas ref={canvas} aria-hidden className="block h-full w-full" />
      <span aria-hidden className="absolute inset-y-0 left-0 bg-ground/70" style={{ width: `${frame.left * 100}%` }} />
      <span aria-hidden className="absolute inset-y-0 right-0 bg-ground/70" style={{ width: `${(1 - frame.right) * 100}%` }} />
      {(drag !== null || frame.left > 0 || frame.right < 1) && <span aria-hidden className="absolute inset-y-0 border-x-2 border-accent" style={{ left: `${frame.left * 100}%`, width: `${(frame.right - frame.left) * 100}%` }} />}
    </div>
  );
}

/** Where on the map the pointer is, 0 to 1. */
function shareAt(event: PointerEvent): number {
  const box = event.currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
}

/** `null`: back to the whole; `undefined`: not a key of ours. */
function keyZoom(key: string, view: Stretch, whole: Stretch): Stretch | null | undefined {
  const spanNano = view.endNano - view.beginNano;
  const within = (beginNano: number, lengthNano: number): Stretch => {
    const begin = Math.max(whole.beginNano, Math.min(beginNano, whole.endNano - lengthNano));
    return { beginNano: begin, endNano: begin + lengthNano };
  };
  if (key === 'ArrowRight') return within(view.beginNano + spanNano / 5, spanNano);
  if (key === 'ArrowLeft') return within(view.beginNano - spanNano / 5, spanNano);
  if (key === '+' || key === '=') return within(view.beginNano + spanNano / 4, Math.max(ZOOM_MIN_NANO, spanNano / 2));
  if (key === '-') return spanNano * 2 >= whole.endNano - whole.beginNano ? null : within(view.beginNano - spanNano / 2, spanNano * 2);
  return key === 'Escape' || key === '0' ? null : undefined;
}

function drawMinimap(element: HTMLCanvasElement, model: TraceModel, whole: Stretch): void {
  const context = element.getContext('2d');
  if (!context) return;
  const width = element.clientWidth;
  const scale = window.devicePixelRatio;
  element.width = Math.round(width * scale);
  element.height = Math.round(HEIGHT * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name);
  // A canvas knows no custom properties: let the browser resolve each colour once.
  const resolved = new Map([...model.colours].map(([service, colour]) => [service, resolveColour(element, colour)]));
  const { nodes } = model.tree;
  const x = (nano: number): number => ((nano - whole.beginNano) / (whole.endNano - whole.beginNano)) * width;
  const rowHeight = Math.min(4, (HEIGHT - 4) / Math.max(1, nodes.length));
  const bar = Math.max(1, rowHeight - (rowHeight > 2 ? 1 : 0));
  context.globalAlpha = 0.85;
  nodes.forEach((node, index) => {
    context.fillStyle = node.span.statusCode === 'Error' ? token('--stuck') : resolved.get(node.span.service) ?? '';
    context.fillRect(x(node.beginNano), 2 + index * rowHeight, Math.max(1, x(node.endNano) - x(node.beginNano)), bar);
  });
}

function resolveColour(element: HTMLCanvasElement, colour: string): string {
  element.style.color = colour;
  const resolved = getComputedStyle(element).color;
  element.style.color = '';
  return resolved;
}
