// Text of ours inside SQL, where the engine takes no parameter.

/** Inside a ClickHouse string literal. */
export function escaped(text: string): string { return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'"); }
