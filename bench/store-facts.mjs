// Questions to a store whose collector has stopped: the embedded engine on the same directory, in a process of its own
// that ends with the answer. Rows and bytes come from the engine itself, never from counters of what is being measured.

const ENGINE = '../collector/dist/store/engine-process.js';

/** Rows of one question. */
export async function askStore(directory, sql) {
  const { EngineProcess } = await import(ENGINE);
  const engine = await EngineProcess.start(directory);
  try {
    const bytes = await engine.run({ sql: `${sql} FORMAT JSONEachRow`, params: {}, settings: { output_format_json_quote_64bit_integers: 0 } });
    return Buffer.from(bytes).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  } finally {
    await engine.close();
  }
}

/** How many rows a table has of those that were sent, and what all tables take on disk in parts that are in use. */
export const ROWS_AND_BYTES = ({ table, database, sent }) => `SELECT
  (SELECT count() FROM ${database}.${table} WHERE ${sent}) AS rows,
  sumIf(bytes_on_disk, table = '${table}') AS tableBytes,
  sum(bytes_on_disk) AS allBytes
FROM system.parts WHERE active AND database = '${database}'`;
