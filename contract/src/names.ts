// Names that people read for the ids that programs send. The ids stay what is stored, filtered and linked; a name is
// looked up when something is said or shown.

export interface Name { ko: string; en: string }
/** By id. */
export type Names = Record<string, Name>;

/** The name of an id, if it was given one. An id comes from telemetry: `constructor` is no name. */
export function nameIn(names: Names | undefined, id: string): Name | undefined {
  return names !== undefined && Object.hasOwn(names, id) ? names[id] : undefined;
}
