// Limits of the embedded engine: it shares a small machine with the collector and the services it watches, so its memory
// is capped, its caches are small and its background work is one merge at a time. Times are UTC whatever the machine says.
export const EMBEDDED_DATABASE = 'narrows';

const MIB = 1024 * 1024;

/** Server settings of the engine. `max_server_memory_usage` counts resident memory, about 270 MiB of it code and start-up. */
const SERVER_SETTINGS = {
  timezone: 'UTC',
  max_server_memory_usage: 640 * MIB,
  mark_cache_size: 32 * MIB,
  index_mark_cache_size: 8 * MIB,
  uncompressed_cache_size: 0,
  mmap_cache_size: 0,
  background_pool_size: 1,
  background_merges_mutations_concurrency_ratio: 2,
  background_common_pool_size: 1,
  background_move_pool_size: 1,
  background_fetches_pool_size: 1,
  background_schedule_pool_size: 2,
  background_buffer_flush_schedule_pool_size: 1,
  background_message_broker_schedule_pool_size: 1,
  background_distributed_schedule_pool_size: 1,
  max_thread_pool_size: 64,
  // How often it looks at its resident memory. Twenty times a second was a quarter of what it took while nobody sent.
  memory_worker_period_ms: 500,
} as const;

const MERGE_TREE_SETTINGS = {
  // Merged parts go after a minute instead of eight.
  old_parts_lifetime: 60,
  merge_selecting_sleep_ms: 2_000,
  max_bytes_to_merge_at_max_space_in_pool: 2 * 1024 * MIB,
  merge_max_block_size: 8_192,
  // A row is written again with each merge: many parts at once, and so fewer times.
  min_parts_to_merge_at_once: 12,
  // One column after the other, whatever the number of rows: all columns of a row at a time cost two to three times as much.
  vertical_merge_algorithm_min_rows_to_activate: 1,
  // Strings as length and bytes in one stream. The lengths in a stream of their own took more room than the texts they
  // belong to: a span has some thirty of them.
  string_serialization_version: 'single_stream',
  // What an insert writes is one file and its marks, whatever its size, and not three hundred to be synced.
  min_level_for_wide_part: 1,
} as const;

function xmlLines(settings: Readonly<Record<string, string | number>>, indent: string): string {
  return Object.entries(settings).map(([name, value]) => `${indent}<${name}>${value}</${name}>\n`).join('');
}

/** The engine's configuration file. */
export function engineConfigXml(): string {
  return `<clickhouse>\n${xmlLines(SERVER_SETTINGS, '  ')}  <logger><level>none</level></logger>\n`
    + `  <merge_tree>\n${xmlLines(MERGE_TREE_SETTINGS, '    ')}  </merge_tree>\n</clickhouse>\n`;
}

/** Compiling expressions costs a small insert 250 ms of its 320: it pays for millions of rows, not for hundreds. */
const NO_COMPILATION = { compile_expressions: 0, compile_aggregate_expressions: 0, compile_sort_description: 0 } as const;

/** Settings of every statement that reads: two threads, and memory for one page's question, not for a table. */
export const EMBEDDED_QUERY_SETTINGS = { ...NO_COMPILATION, max_threads: 2, max_memory_usage: 256 * MIB } as const;

/**
 * Settings of every statement that writes: one thread, so that queries keep the other core. A load goes through six short
 * SELECTs, its own and the views'; the older of the engine's two ways to prepare them costs it a tenth less.
 */
export const EMBEDDED_LOAD_SETTINGS = { ...NO_COMPILATION, enable_analyzer: 0, max_threads: 1, max_insert_threads: 1, max_memory_usage: 384 * MIB } as const;
