// How far each relay has come: the highest sequence that was accepted from it, for good. A relay sends in order and again
// after any outage, perhaps days later, when the duplicate window has long forgotten the bytes; what is at or below its
// mark is a duplicate. Requests of one relay take turns, so that a refused one is never overtaken. Layout: DESIGN.md.
import { join } from 'node:path';
import type { NarrowsError, RelayOrigin } from '@narrows/contract';
import xxhash from 'xxhash-wasm';
import type { SpoolFiles } from './files.js';
import { replaceFile } from './replace-file.js';

const { h64Raw } = await xxhash();

interface Mark {
  agency: string;
  relay: string;
  sequence: number;
  /** Requests of it that were refused so far. */
  refusals: number;
  turn: Promise<unknown>;
}

const NAME = 'relays';
const MAGIC = 0x5053524e; // 'NRSP'
const HEADER_BYTES = 16;
/** A relay has one mark for its life; whoever invents names all the time gets the duplicate window and no more. */
const RELAYS_OF_AGENCY_MAX = 1_000;

export class RelayMarks {
  readonly #files: SpoolFiles;
  readonly #directory: string;
  readonly #marks = new Map<string, Map<string, Mark>>();
  #changed = false;
  /** The file's checksum was wrong: of relays that have nothing in the spool, the mark is unknown. */
  readonly spoilt: boolean;
  /** Requests taken without a mark, because their agency has too many relays. */
  unmarked = 0;

  private constructor(files: SpoolFiles, directory: string, known: readonly (RelayOrigin & { agency: string })[] | null) {
    this.#files = files;
    this.#directory = directory;
    this.spoilt = known === null;
    for (const { agency, relay, sequence } of known ?? []) this.raise(agency, { relay, sequence });
    this.#changed = false;
  }

  static async open(files: SpoolFiles, directory: string): Promise<RelayMarks> {
    const isThere = (await files.list(directory)).includes(NAME);
    return new RelayMarks(files, directory, isThere ? readMarks(await files.read(join(directory, NAME))) : []);
  }

  /** The spool holds a record of this origin, so it was accepted. */
  raise(agency: string, { relay, sequence }: RelayOrigin): void {
    const mark = this.#of(agency, relay);
    if (!mark || sequence <= mark.sequence) return;
    mark.sequence = sequence;
    this.#changed = true;
  }

  /**
   * Append in its turn: not before the one that came earlier from this relay is durable or refused. If it was refused, all
   * that had lined up behind it are refused as well: accepting them would raise the mark above it.
   */
  inTurn(agency: string, origin: RelayOrigin, append: () => Promise<{ duplicate: boolean }>, refuse: (because: string) => NarrowsError): Promise<{ duplicate: boolean }> {
    const mark = this.#of(agency, origin.relay);
    if (!mark) {
      this.unmarked++;
      return append();
    }
    const refusalsBefore = mark.refusals;
    const run = mark.turn.then(async () => {
      if (origin.sequence <= mark.sequence) return { duplicate: true };
      if (mark.refusals !== refusalsBefore) throw refuse(`an earlier request of relay ${origin.relay} was refused; they are taken in order`);
      try {
        const answer = await append();
        this.raise(agency, origin);
        return answer;
      } catch (error) {
        mark.refusals++;
        throw error;
      }
    });
    mark.turn = run.catch(() => undefined); // The one who waits for `run` is told; the next in line only waits for its end.
    return run;
  }

  /** Make all marks durable. To be done before the last record that shows one of them is deleted. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    try {
      const marks = [...this.#marks.values()].flatMap((relays) => [...relays.values()]);
      await (await replaceFile(this.#files, this.#directory, NAME, [encodeMarks(marks)])).close();
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }

  #of(agency: string, relay: string): Mark | null {
    let relays = this.#marks.get(agency);
    if (!relays) this.#marks.set(agency, (relays = new Map()));
    let mark = relays.get(relay);
    if (!mark) {
      if (relays.size >= RELAYS_OF_AGENCY_MAX) return null;
      relays.set(relay, (mark = { agency, relay, sequence: -1, refusals: 0, turn: Promise.resolve() }));
    }
    return mark;
  }
}

function encodeMarks(marks: readonly Mark[]): Buffer {
  const entries = Buffer.concat(marks.filter((mark) => mark.sequence >= 0).flatMap(({ agency, relay, sequence }) => [text(agency), text(relay), number(sequence)]));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeBigUInt64LE(h64Raw(entries), 8);
  return Buffer.concat([header, entries]);
}

/** Null for a file that is not as it was written. */
function readMarks(bytes: Buffer): (RelayOrigin & { agency: string })[] | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return null;
  if (bytes.readBigUInt64LE(8) !== h64Raw(bytes.subarray(HEADER_BYTES))) return null;
  let at = HEADER_BYTES;
  const readText = (): string => {
    const end = at + 2 + bytes.readUInt16LE(at);
    const value = bytes.toString('utf8', at + 2, end);
    at = end;
    return value;
  };
  const marks = [];
  while (at < bytes.length) {
    const [agency, relay] = [readText(), readText()];
    marks.push({ agency, relay, sequence: Number(bytes.readBigUInt64LE(at)) });
    at += 8;
  }
  return marks;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
