// One service, one colour, on every page: the hue comes from the name, and where two names of the system fall on the
// same one, the later in the alphabet takes the next free hue.

/** OKLCH hues that are told apart at a glance; those of the status colours (25, 85, 158) are left free. */
const HUES = [240, 62, 190, 320, 122, 282, 350];
/** When the hues are used up, they come again this much darker or lighter. */
const SHADES = ['0', '-0.12', '0.1', '-0.2', '0.17'];

/**
 * CSS colour of each service. `known` are all services of the system: they choose first, so that adding a page's own
 * ones never changes theirs.
 */
export function serviceColours(known: readonly string[], services: readonly string[] = []): Map<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const service of [...[...known].toSorted(), ...[...services].toSorted()]) {
    if (colours.has(service)) continue;
    const slot = freeSlot(hash(service) % HUES.length, taken);
    taken.add(slot);
    const shade = SHADES[Math.floor(slot / HUES.length) % SHADES.length] ?? '0';
    colours.set(service, `oklch(calc(var(--series-lightness) + ${shade}) var(--series-chroma) ${HUES[slot % HUES.length]})`);
  }
  return colours;
}

/** From `first` around the ring of hues; when it is full, around the next shade's, and so on without end. */
function freeSlot(first: number, taken: ReadonlySet<number>): number {
  const ring = Math.floor(taken.size / HUES.length) * HUES.length;
  let slot = ring + first;
  while (taken.has(slot)) slot = ring + ((slot + 1) % HUES.length);
  return slot;
}

/** FNV-1a over UTF-16 units: stable across browsers and versions. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
