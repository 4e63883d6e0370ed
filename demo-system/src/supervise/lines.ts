// Text from a stream, line by line.
import readline from 'node:readline';
import type { Readable } from 'node:stream';

/** Call `each` for every line. */
export function onEachLine(stream: Readable, each: (line: string) => void): void {
  readline.createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', each);
}
