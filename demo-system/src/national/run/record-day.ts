// A day as files, for `narrows replay`: played at full speed into a recording, without a collector.
import { scaledDay } from '../day.js';
import { RecordingWriter } from '../record/recording-writer.js';
import type { RecordOptions } from './national-options.js';
import { PlayedDay } from './played-day.js';
import { assertSpace } from './watch-day.js';

/** What a span takes in a recording, about. */
const BYTES_PER_SPAN = 120;

export async function recordDay(options: RecordOptions, say: (line: string) => void): Promise<unknown> {
  const day = scaledDay(options.day, options.scale);
  assertSpace(options.folder, day.spansAbout * BYTES_PER_SPAN, '--record');
  const writer = RecordingWriter.create(options.folder, { name: `national ${day.id}`, title: day.title, pipeline: day.pipeline, beginMs: day.beginMs });
  // As agents export: a replay that is told as if it were now then runs with the live page.
  const played = new PlayedDay(day, options.seed, 1);
  for (const { exports } of played.exports()) {
    for (const one of exports) {
      await writer.add(one.signal, one.bytes, one.items, day.beginMs + one.atMs);
      one.done();
    }
  }
  const manifest = await writer.finish(day.beginMs + day.durationMs, played.truth.truths);
  say(`✓ ${options.folder}: ${manifest.requests} requests with ${manifest.items?.traces ?? 0} spans in ${manifest.segments.length} segments, ${(manifest.bytes / 1e6).toFixed(1)} MB. Play it: npx narrows replay ${options.folder} --key KEY`);
  return { day: day.id, scale: options.scale, seed: options.seed, lived: played.lived, truths: played.truth.truths, made: played.telemetry.made, manifest };
}
