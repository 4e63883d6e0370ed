// The three small files that make a data directory one relay: its random name, how far it has come, and the key that senders
// inside use. Each is replaced as a whole and synced. A new directory is a new relay, whose sequence begins anew.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NarrowsError } from '@narrows/contract';

/** Refused requests that are kept; beyond it they are only counted, so that a quarrel cannot fill the disk. */
const SET_ASIDE_MAX = 1_000;
const FILES = { id: 'relay-id', segment: 'last-segment', key: 'ingest-key.sha256' } as const;
const DIGITS = /^\d{1,15}\n$/;

export class RelayDirectory {
  readonly #root: string;
  readonly #quarantine: string;
  readonly relayId: string;
  #segment: number;
  #keyHash: Buffer | null;
  #setAside: number;

  private constructor(root: string, quarantine: string, known: { relayId: string; segment: number; keyHash: Buffer | null; setAside: number }) {
    this.#root = root;
    this.#quarantine = quarantine;
    this.relayId = known.relayId;
    this.#segment = known.segment;
    this.#keyHash = known.keyHash;
    this.#setAside = known.setAside;
  }

  /** Errors: CONFIG_INVALID for a file that is not as it was written: guessing could lose data or store it twice. */
  static async open(root: string): Promise<RelayDirectory> {
    const quarantine = path.join(root, 'quarantine');
    await mkdir(quarantine, { recursive: true, mode: 0o700 });
    const id = await readIfThere(path.join(root, FILES.id));
    const segment = await readIfThere(path.join(root, FILES.segment)) ?? '0\n';
    const key = await readIfThere(path.join(root, FILES.key));
    if (id !== null && !/^[0-9a-f]{16}\n$/.test(id)) throw spoilt(root, FILES.id);
    if (!DIGITS.test(segment)) throw spoilt(root, FILES.segment);
    const relayId = id?.trimEnd() ?? randomBytes(8).toString('hex');
    if (id === null) await replaceDurably(root, FILES.id, `${relayId}\n`);
    return new RelayDirectory(root, quarantine, {
      relayId, segment: Number(segment), keyHash: key === null ? null : Buffer.from(key.trim(), 'hex'), setAside: (await readdir(quarantine)).length,
    });
  }

  /** The lowest segment number that was never sent. */
  get segmentMin(): number { return this.#segment + 1; }

  /** Durable before the segment is deleted: its number must not come again, even in an empty directory. */
  async passed(segment: number): Promise<void> {
    if (segment <= this.#segment) return;
    await replaceDurably(this.#root, FILES.segment, `${segment}\n`);
    this.#segment = segment;
  }

  get hasKey(): boolean { return this.#keyHash !== null; }

  async setKey(secret: string): Promise<void> {
    const hash = sha256(secret);
    if (this.#keyHash?.equals(hash)) return;
    await replaceDurably(this.#root, FILES.key, `${hash.toString('hex')}\n`);
    this.#keyHash = hash;
  }

  isKey(secret: string): boolean { return this.#keyHash !== null && timingSafeEqual(this.#keyHash, sha256(secret)); }

  /** Keep redacted bytes that the collector refused. */
  async setAside(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#setAside >= SET_ASIDE_MAX) return;
    await writeFile(path.join(this.#quarantine, name), bytes, { mode: 0o600 });
    this.#setAside++;
  }
}

const sha256 = (secret: string) => createHash('sha256').update(secret).digest();
const spoilt = (root: string, name: string) => new NarrowsError('CONFIG_INVALID', `${path.join(root, name)} is not as the relay wrote it. Empty the data directory, or put the file back.`);

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** After a crash at any moment the name leads to the old content or to the new one. */
async function replaceDurably(directory: string, name: string, content: string): Promise<void> {
  const fresh = path.join(directory, `${name}.new`);
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path.join(directory, name));
  const parent = await open(directory, 'r');
  try { await parent.sync(); } finally { await parent.close(); }
}
