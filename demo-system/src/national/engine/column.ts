// Columns of numbers that grow: millions of people and places as a few typed arrays instead of millions of objects.

type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A copy twice as long. */
export function doubled<T extends Numbers>(old: T): T {
  const bigger = new (old.constructor as new (length: number) => T)(old.length * 2);
  bigger.set(old as never);
  return bigger;
}
