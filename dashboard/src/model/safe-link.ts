// Which attribute values may become a link: http and https only. A telemetry value is written by whoever sends it, so
// `javascript:`, `data:` and the like stay text.

/** The address to link to, or null where the value stays text. */
export function safeLink(value: string): string | null {
  if (!/^https?:\/\/\S+$/i.test(value) || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}
