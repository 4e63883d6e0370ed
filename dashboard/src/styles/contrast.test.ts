// @vitest-environment node
// WCAG 2 contrast of the tokens, computed from tokens.css itself: AA is 4.5 for text, 3 for marks and lines that matter.
import { describe, expect, it } from 'vitest';
import css from './tokens.css?raw';

const SERIES_HUES = [240, 62, 190, 320, 122, 282, 350];

function tokens(theme: 'dark' | 'light'): Map<string, string> {
  const block = css.slice(css.indexOf(`[data-theme='${theme}'] {`)).split('}')[0] ?? '';
  return new Map([...block.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name, value]) => [name ?? '', value ?? '']));
}

/** Relative luminance of `oklch(L C H)`: OKLCH → OKLab → linear sRGB (Björn Ottosson), clipped as a screen clips it. */
function luminance(oklch: string): number {
  const [lightness, chroma, hue] = (/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/.exec(oklch)?.slice(1) ?? []).map(Number) as [number, number, number];
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b, lightness - 0.0894841775 * a - 1.291485548 * b].map((cone) => cone ** 3) as [number, number, number];
  const rgb = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s].map((channel) => Math.min(1, Math.max(0, channel)));
  return 0.2126 * rgb[0]! + 0.7152 * rgb[1]! + 0.0722 * rgb[2]!;
}

const contrast = (one: string, other: string): number => {
  const [low, high] = [luminance(one), luminance(other)].toSorted((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

describe.each(['dark', 'light'] as const)('%s theme', (theme) => {
  const token = tokens(theme);
  const value = (name: string): string => token.get(name) ?? '';
  it.each(['text', 'text-soft', 'text-faint', 'accent', 'fine', 'busy', 'stuck'])('%s is readable as text on every ground', (name) => {
    for (const ground of ['ground', 'surface', 'raised']) expect(contrast(value(name), value(ground)), ground).toBeGreaterThanOrEqual(4.5);
  });
  it('text is readable on what is selected and on an error', () => {
    expect(contrast(value('text'), value('accent-quiet'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value('text-soft'), value('accent-quiet'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value('text'), value('stuck-quiet'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value('on-accent'), value('accent'))).toBeGreaterThanOrEqual(4.5);
  });
  it('the colours of services stand out from the ground', () => {
    for (const hue of SERIES_HUES) expect(contrast(`oklch(${value('series-lightness')} ${value('series-chroma')} ${hue})`, value('ground')), String(hue)).toBeGreaterThanOrEqual(3);
  });
});
