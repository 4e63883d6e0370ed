// Design tokens as plain RGB for canvases and charts, which cannot read a style sheet. Tokens are OKLCH; one pixel of
// a canvas turns them into what chart code can parse. Read again whenever the theme changes.

/** Values of CSS custom properties on the page, as `rgb(r, g, b)`. */
export function tokenColours<const Name extends string>(names: readonly Name[], element: Element = document.documentElement): Record<Name, string> {
  const style = getComputedStyle(element);
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  return Object.fromEntries(names.map((name) => [name, toRgb(context, style.getPropertyValue(`--${name}`).trim())])) as Record<Name, string>;
}

function toRgb(context: CanvasRenderingContext2D | null, colour: string): string {
  if (context === null || colour === '') return colour || 'gray';
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
