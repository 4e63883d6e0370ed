// The vocabulary of Narrows. Every room imports from here; nothing here imports from a room.
export * from './attributes.js';
export * from './config-table.js';
export * from './errors.js';
export * from './hitmap.js';
export * from './ingest.js';
export * from './limits.js';
export * from './names.js';
export * from './pipeline.js';
export * from './query-api.js';
export * from './routes.js';
export * from './series.js';
export * from './tables.js';
export * from './units.js';
export * from './verdict.js';
