// Cuts a segment whose last write failed back to what was acknowledged. Until that is durable nobody may load it: a restart
// would read more records from it than were loaded under its id, and the store would take the rest for a repetition.
import type { SpoolFiles } from './files.js';
import type { SegmentFile } from './segment-writer.js';

/** Durable when it resolves. A segment of which nothing was acknowledged is removed. */
export async function cutBack(files: SpoolFiles, directory: string, segment: SegmentFile): Promise<void> {
  if (segment.bytes === 0) {
    await files.remove(segment.path);
    await files.syncDirectory(directory);
    return;
  }
  const file = await files.reopen(segment.path);
  try {
    await file.truncate(segment.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
