// Shapes of `client-page.mjs`, which runs without a build step.
export interface ClientRow {
  client: string; runtime?: string; protocol: string; leftOut?: string; failure?: string | null; signals?: Record<string, string>;
}
export declare function isWrong(row: ClientRow): boolean;
export declare function clientPage(rows: readonly ClientRow[], about: { commit: string; date: string; items: number }): string;
