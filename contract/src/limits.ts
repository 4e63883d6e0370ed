// Every limit of the product as a number, in one place. A limit that is reached is answered with an error from
// `errors.ts` or counted; nothing is cut in silence.

export const LIMITS = {
  /** Uncompressed OTLP request body. Larger: 413. */
  requestBytesMax: 16 * 1024 * 1024,
  /** Compressed body, before inflating. */
  compressedRequestBytesMax: 8 * 1024 * 1024,
  /** Nesting of AnyValue (kvlist, array) that is followed; deeper is refused. */
  anyValueDepthMax: 64,
  attributesPerItemMax: 256,
  attributeValueBytesMax: 32 * 1024,
  eventsPerSpanMax: 256,
  linksPerSpanMax: 256,
  /** Spans, points or records of one request. */
  itemsPerRequestMax: 200_000,
  /** Identical request bytes are acknowledged and not stored again within this window. */
  duplicateWindowMs: 10 * 60 * 1000,
  /** What an agency that was quiet may send at once, in seconds of its quota. Rates themselves are unlimited unless configured. */
  quotaBurstSeconds: 10,
  /**
   * Different values of a key column that an agency's rollups tell apart within a rolling day; what comes later is stored
   * under "(overflow)", counted and told. `Series`: gauges of stages and active transactions with their attributes.
   */
  distinctMax: { ServiceName: 1_000, Instance: 5_000, Peer: 5_000, Channel: 1_000, Outcome: 1_000, Series: 20_000 },
  /** How far ahead of the collector's clock a span may lie and still be found by its trace id. Stored it is in any case. */
  itemAheadMaxMs: 3600 * 1000,
  /** Query API. */
  queryRangeMaxMs: 31 * 24 * 3600 * 1000,
  transactionRowsMax: 1_000,
  spansPerTraceMax: 20_000,
  logsPerTraceMax: 2_000,
  activeRowsMax: 200,
  /** The window the live page shows, and the judge looks at. */
  liveWindowSeconds: 600,
  judgeWindowSeconds: 300,
} as const;
