// One service, one colour, on every page: the hue comes from the name. Two services of one trace never share a hue
// while hues are left; then the later name takes the next free one.

const HUES = 18;
/** Hues of status colours (stuck 25, fine 158) stay free, so that a service never looks like a fault. */
const HUE_OF_SLOT = Array.from({ length: HUES }, (_, slot) => 45 + slot * (335 / HUES)).map((hue) => (Math.abs(hue - 158) < 9 ? hue + 12 : hue) % 360);

/** CSS colour of each service. */
export function serviceColours(services: readonly string[]): Map<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const service of [...new Set(services)].toSorted()) {
    let slot = hash(service) % HUES;
    if (taken.size < HUES) while (taken.has(slot)) slot = (slot + 1) % HUES;
    taken.add(slot);
    colours.set(service, `oklch(var(--series-lightness) var(--series-chroma) ${Math.round(HUE_OF_SLOT[slot] ?? 0)})`);
  }
  return colours;
}

/** FNV-1a over UTF-16 units: stable across browsers and versions. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
