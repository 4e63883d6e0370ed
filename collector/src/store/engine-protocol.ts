// What the collector and its engine child say to each other over the fork's channel.
export type EngineSettings = Readonly<Record<string, string | number>>;

export interface Statement {
  sql: string;
  /** Bound to `{name:Type}`. */
  params: Readonly<Record<string, unknown>>;
  /** Valid for this statement only. Applied in order, `readonly` last. */
  settings: EngineSettings;
}

/** Collector → engine. */
export type EngineRequest = { kind: 'run'; id: number; statement: Statement } | { kind: 'close' };

/** Engine → collector. */
export type EngineReply =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'result'; id: number; bytes: Uint8Array }
  | { kind: 'error'; id: number; message: string };
